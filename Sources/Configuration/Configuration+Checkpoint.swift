extension Configuration {
    /// How often the run can be resumed from.
    public struct Checkpoint: Codable, Equatable, Sendable {
        /// Epochs between checkpoints; the last epoch of a phase always writes one.
        public var everyEpochs = 1
        /// So many of the newest checkpoints stay.
        public var keep = 3
    }
}
