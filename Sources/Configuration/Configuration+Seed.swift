extension Configuration {
    /// The seed as the key of the random-number generator.
    public var seedBits: UInt64 { UInt64(bitPattern: Int64(seed)) }
}
