import Checkpoints
import RunProgress

extension RunDirectory {
    /// Writes the checkpoint of a state, on the rank that has a reporter; the last few stay.
    ///
    /// - Parameters:
    ///   - lock: of the directory, which must still be this run's.
    ///   - keep: how many checkpoints stay.
    ///   - write: given the path.
    /// - Throws: where the directory is another run's by now, and what `write` throws.
    package func saveCheckpoint(
        of state: RunState, _ lock: RunLock?, keep: Int, _ reporter: RunReporter,
        write: (String) throws -> Void
    ) throws {
        try lock?.verify()
        let path = checkpoint(epochs: state.epochsInAll, steps: state.partial.steps)
        try reporter.timed("checkpoint \(path)") { try write(path) }
        prune(keep: keep)
    }
}
