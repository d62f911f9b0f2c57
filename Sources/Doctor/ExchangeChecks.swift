import Collectives
import Foundation

/// Whether numbers cross between the ranks as they should.
package enum ExchangeChecks {
    /// Sums of a few and of many numbers; collective. One rank speaks for all, unless others find something wrong.
    package static func run(_ communicator: any Communicator) throws -> Check? {
        let name = "MPI: exchange"
        guard communicator.size > 1 else { return .ok(name, "one rank, nothing to exchange") }
        var seconds = 0.0
        for count in [16, 1 << 18] {
            var values = (0..<count).map { Float($0 % 97 + communicator.rank) }
            let start = ContinuousClock.now
            try communicator.sum(&values, purpose: "numbers of a check")
            seconds = (ContinuousClock.now - start) / .seconds(1)
            let ranks = communicator.size
            let expected = (0..<count).map { Float($0 % 97 * ranks + ranks * (ranks - 1) / 2) }
            guard values == expected else {
                return .error(
                    name, "a sum of \(count) numbers is wrong", "this MPI library, or the network, is broken")
            }
        }
        return communicator.rank == 0
            ? .ok(name, String(format: "1 MiB summed in %.1f ms", 1000 * seconds)) : nil
    }
}
