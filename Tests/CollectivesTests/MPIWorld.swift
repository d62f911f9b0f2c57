import Foundation

@testable import Collectives

/// The world of the tests that run under an MPI launcher; it ends with the process.
enum MPIWorld {
    static let communicator: Result<MPICommunicator, any Error> = Result {
        let world = try MPICommunicator.world(limits: StallLimits(), silence: 0)
        // A process that ends without this looks like a crash to the launcher.
        atexit { try? MPIWorld.communicator.get().finalize() }
        return world
    }
}
