import Store

/// What one shard holds, told from its file alone.
public struct ShardSummary: Sendable {
    /// Attribute `format` of files that are shards.
    public static var format: String { ShardFormat.name }

    /// The file's path.
    public let path: String
    /// Name of the data set.
    public let dataset: String
    /// Where the samples come from, in words.
    public let source: String
    /// `train` or `test`, where the file says so.
    public let split: String?
    /// Number of samples.
    public let count: Int
    /// Shape of one sample: `[channels, height, width]` or `[features]`.
    public let shape: [Int]
    /// What samples are stored as: "uint8", "float32".
    public let storedType: String
    /// What stored values are multiplied by on load.
    public let scale: Double
    /// Names of the classes, by label: numbers where the file has no names. Empty without labels.
    public let classNames: [String]
    /// Samples of each class, `[classNames.count]`.
    public let classCounts: [Int]

    /// The first and the last id; `nil` where there are none.
    public let ids: (first: String, last: String)?
    /// Names of the features; empty where they have none.
    public let featureNames: [String]
    /// Names of the fine labels; empty where there are none.
    public let fineClassNames: [String]
    /// Names of the attributes; empty where there are none.
    public let attributeNames: [String]
    /// Whether values are counts, with library sizes.
    public let isCounts: Bool

    /// Reads attributes and labels of a shard, but no samples.
    /// - Throws: `StoreError` or ``DatasetError`` as loading it would.
    public init(_ path: String) throws {
        let shard = try Shard(path: path)
        let root = try shard.file.root
        self.path = path
        dataset = shard.name
        source = shard.source
        split = try root.hasAttribute("split") ? root.text("split") : nil
        count = shard.count
        shape = shard.shape
        storedType = shard.samples.storedType.description
        scale = shard.scale
        if let dataset = shard.ids, shard.count > 0 {
            let isText = dataset.storedType.family == .text
            func id(_ row: Int) throws -> String {
                isText
                    ? try dataset.texts(rows: row..<row + 1)[0]
                    : String(try dataset.read(rows: row..<row + 1, as: Int.self)[0])
            }
            ids = (try id(0), try id(shard.count - 1))
        } else {
            ids = nil
        }
        featureNames = shard.featureNames
        fineClassNames = shard.fineClassNames
        attributeNames = shard.attributeNames
        isCounts = shard.librarySizes != nil
        guard let labels = try shard.readLabels(rows: shard.count) else {
            classNames = []
            classCounts = []
            return
        }
        let classes = max(shard.classNames.count, Int(labels.max() ?? -1) + 1)
        classNames = (0..<classes).map { $0 < shard.classNames.count ? shard.classNames[$0] : String($0) }
        var counts = [Int](repeating: 0, count: classes)
        for label in labels { counts[Int(label)] += 1 }
        classCounts = counts
    }
}
