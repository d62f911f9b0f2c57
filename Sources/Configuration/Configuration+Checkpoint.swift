extension Configuration {
    /// How often the run can be resumed from.
    public struct Checkpoint: Codable, Equatable, Sendable {
        /// Epochs between checkpoints; the last epoch of a phase always writes one.
        public var everyEpochs = 1
        /// Minutes of work that a run may lose: after so many without a checkpoint one is written between two steps of an
        /// epoch; 0 for none within epochs.
        public var everyMinutes = 10.0
        /// So many of the newest checkpoints stay.
        public var keep = 3
    }
}
