/// Consecutive samples of a source, with everything that its ``SampleSchema`` announces.
public struct SampleBlock: Sendable {
    /// Values of samples, row-major `[count, features]`.
    public enum Values: Sendable {
        /// Where ``SampleSchema/element`` is bytes.
        case bytes([UInt8])
        /// Where ``SampleSchema/element`` is floats.
        case floats([Float])
    }

    /// `[count, features]`.
    public var values: Values
    /// `[count]`.
    public var ids: SampleIDs
    /// `[count]`; empty where samples have no labels.
    public var labels: [Int32]
    /// `[count]`; empty where there are no fine labels.
    public var fineLabels: [Int32] = []
    /// `[count, attributes]`, 0 or 1; empty where there are no attributes.
    public var attributes: [UInt8] = []

    /// How many samples there are.
    public var count: Int { ids.count }

    /// A block; fine labels and attributes are set afterwards.
    public init(_ values: Values, ids: SampleIDs, labels: [Int32] = []) {
        self.values = values
        self.ids = ids
        self.labels = labels
    }

    /// Samples that a block of a data set should have, at most about 4 MiB.
    public static func rows(of schema: SampleSchema) -> Int {
        max(1, (1 << 22) / (schema.features * (schema.element == .bytes ? 1 : 4)))
    }
}
