extension Configuration {
    /// Which samples are read.
    public struct Data: Codable, Equatable, Sendable {
        /// Only the first so many samples of the training set, and of the test set; `nil` = all. For debugging.
        public var limit: Int?
    }
}
