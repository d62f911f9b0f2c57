import Collectives
import Datasets
import Foundation

/// Reads blocks of samples from their files on a thread of its own, one block ahead of whoever takes them.
///
/// There are two blocks: one that is in use, and one that is being filled.
final class BlockReader {
    private let state: State
    private let thread: NativeThread
    private var current: RowBlock?

    /// Starts to read.
    ///
    /// - Parameters:
    ///   - count: number of blocks.
    ///   - wanted: the samples of each block; called on the reading thread.
    init(_ samples: StoredSamples, count: Int, wanted: @escaping @Sendable (Int) -> [Int32]) {
        let state = State(free: [RowBlock(samples), RowBlock(samples)])
        let reader = SampleReader(samples)
        self.state = state
        thread = NativeThread {
            for index in 0..<count {
                guard let block = state.takeFree() else { return }
                let result = Result { try reader.read(wanted(index), into: block) }
                state.hand(over: result.map { block })
                if case .failure = result { return }
            }
        }
    }

    /// Ends the thread after the read that it is in.
    deinit {
        state.stop()
        thread.join()
    }

    /// The next block, valid until the one after it is asked for; waits until it is read.
    /// - Throws: `StoreError` where a file cannot be read; then there is no block after it.
    func next() throws -> RowBlock {
        if let current { state.giveBack(current) }
        let block = try state.takeFilled().get()
        current = block
        return block
    }

    /// What the two threads share.
    private final class State: @unchecked Sendable {
        private let condition = NSCondition()
        private var free: [RowBlock]
        private var filled: [Result<RowBlock, any Error>] = []
        private var isStopped = false

        init(free: [RowBlock]) { self.free = free }

        private func locked<Value>(_ body: () -> Value) -> Value {
            condition.lock()
            defer { condition.unlock() }
            return body()
        }

        /// A block to fill; nil once nobody wants one.
        func takeFree() -> RowBlock? {
            locked {
                while free.isEmpty && !isStopped { condition.wait() }
                return isStopped ? nil : free.removeLast()
            }
        }

        func hand(over result: Result<RowBlock, any Error>) {
            locked {
                filled.append(result)
                condition.broadcast()
            }
        }

        func takeFilled() -> Result<RowBlock, any Error> {
            locked {
                while filled.isEmpty { condition.wait() }
                return filled.removeFirst()
            }
        }

        func giveBack(_ block: RowBlock) {
            locked {
                free.append(block)
                condition.broadcast()
            }
        }

        func stop() {
            locked {
                isStopped = true
                condition.broadcast()
            }
        }
    }
}
