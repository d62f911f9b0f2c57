extension Configuration {
    /// Which samples are read, and where they are kept.
    public struct Data: Codable, Equatable, Sendable {
        /// Only the first so many samples of the training set, and of the test set; `nil` = all. For debugging.
        public var limit: Int?
        /// MiB that a rank may keep in memory of what there is for every sample: the samples, as they are stored,
        /// and what growth keeps of the frozen tree. Larger data are read from their files in every epoch.
        public var memoryBudget = 4096

        /// ``memoryBudget`` in bytes.
        public var memoryBytes: Int { min(memoryBudget, Int.max >> 20) << 20 }
    }
}
