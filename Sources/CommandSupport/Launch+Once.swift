import Collectives

extension Launch {
    /// Runs what one rank can do alone, also where several were started: rank 0 does it, all end alike.
    package static func runOnce(_ purpose: StaticString, _ body: () throws -> Void) {
        run { communicator in
            try communicator.agree(purpose) { if communicator.rank == 0 { try body() } }
        }
    }
}
