import Batches
import Layers
import Synchronization

/// A sum of batch-norm moments that tells how long it took, how often it was called and for how much.
final class TimedMomentSum: MomentReducer {
    /// What was exchanged.
    struct Exchanges {
        /// Time inside the sums, waiting for other ranks included.
        var seconds = 0.0
        /// Sums that this rank waited for with nothing else to do.
        var awaited = 0
        /// Sums that crossed the ranks while this one computed.
        var covered = 0
        /// How long it computed meanwhile, for all of them.
        var coveringSeconds = 0.0
        /// Of one rank's moments.
        var bytes = 0
    }

    let lanes: Int
    private let sum: MomentSum
    private let state: Mutex<State>

    private struct State {
        var exchanges = Exchanges()
        /// When the sum of each lane was begun.
        var begun: [ContinuousClock.Instant]
        /// The lane of the last sum that was begun, until one is completed.
        var latest: Int?
    }

    /// - Parameter lanes: as many as the sum has, unless told otherwise.
    init(_ sum: MomentSum, lanes: Int? = nil) {
        self.sum = sum
        self.lanes = lanes ?? sum.lanes
        state = Mutex(State(begun: Array(repeating: .now, count: self.lanes)))
    }

    func start(moments: UnsafeMutablePointer<Double>, count: Int, lane: Int) throws {
        let duration = try ContinuousClock().measure {
            try sum.start(moments: moments, count: count, lane: lane)
        }
        state.withLock {
            $0.exchanges.seconds += duration / .seconds(1)
            $0.exchanges.bytes += count * MemoryLayout<Double>.stride
            $0.begun[lane] = .now
            $0.latest = lane
        }
    }

    func finish(moments: UnsafeMutablePointer<Double>, count: Int, lane: Int) throws {
        let start = ContinuousClock.now
        try sum.finish(moments: moments, count: count, lane: lane)
        let end = ContinuousClock.now
        state.withLock {
            $0.exchanges.seconds += (end - start) / .seconds(1)
            if $0.latest == lane {
                $0.exchanges.awaited += 1
            } else {
                $0.exchanges.covered += 1
                $0.exchanges.coveringSeconds += (start - $0.begun[lane]) / .seconds(1)
            }
            $0.latest = nil
        }
    }

    /// What was exchanged since the last call of this.
    func take() -> Exchanges {
        state.withLock { state in
            defer { state.exchanges = Exchanges() }
            return state.exchanges
        }
    }
}
