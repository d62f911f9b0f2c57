import Foundation
import Testing

@testable import Collectives

@Suite(.serialized) struct StopSignalTests {
    @Test(arguments: [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT"), (SIGUSR1, "SIGUSR1")])
    func notesTheSignal(_ number: Int32, _ name: String) {
        StopSignal.install()
        #expect(!StopSignal.isRaised && StopSignal.which == nil && StopSignal.name == nil)
        // To the process: the pool's threads, one of which runs this, block signals.
        kill(getpid(), number)
        let deadline = ContinuousClock.now + .seconds(10)
        while !StopSignal.isRaised && ContinuousClock.now < deadline { usleep(1000) }
        #expect(StopSignal.isRaised && StopSignal.which == number && StopSignal.name == name)
        for number in [SIGTERM, SIGINT, SIGUSR1] { signal(number, SIG_DFL) }
    }
}
