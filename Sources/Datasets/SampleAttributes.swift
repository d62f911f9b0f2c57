import Store

/// What samples have or have not, beside their class: smiling, wearing a hat.
public struct SampleAttributes: Sendable {
    /// Names of the attributes.
    public let names: [String]
    /// 1 where a sample has an attribute, `[count, attributes]`.
    public let values: [UInt8]
}

extension Dataset {
    /// Attributes of all samples, read from their shards; nil where these have none.
    /// - Throws: `StoreError` or ``DatasetError`` where a shard cannot be read.
    public func readAttributes() throws -> SampleAttributes? {
        var names: [String] = []
        var values: [UInt8] = []
        for (index, file) in files.enumerated() {
            let shard = try Shard(path: file.path)
            guard let attributes = shard.attributes else { return nil }
            let end = index + 1 < files.count ? files[index + 1].firstRow : count
            names = shard.attributeNames
            values += try attributes.read(rows: 0..<end - file.firstRow, as: Int64.self).map {
                $0 == 0 ? 0 : 1
            }
        }
        return names.isEmpty ? nil : SampleAttributes(names: names, values: values)
    }
}
