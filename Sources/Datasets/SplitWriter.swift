import Files

/// Writes the shards of one split, one after the other.
final class SplitWriter {
    private let schema: SampleSchema
    private let split: Split
    private let count: Int
    private let plan: ShardPlan
    private let directory: String
    private var open: OpenShard?
    private var index = 0
    private var written = 0
    private var classCounts: [Int]

    /// - Parameters:
    ///   - count: samples of the split.
    ///   - plan: how many shards share them, at most `count`, and how these are compressed.
    init(_ schema: SampleSchema, split: Split, count: Int, plan: ShardPlan, directory: String) {
        self.schema = schema
        self.split = split
        self.count = count
        self.plan = plan
        self.directory = directory
        classCounts = Array(repeating: 0, count: schema.isLabelled ? schema.classNames.count : 0)
    }

    /// What was written.
    var summary: PreparedSplit {
        PreparedSplit(split: split, count: written, shards: plan.shards, classCounts: classCounts)
    }

    /// Writes a range of a block's samples behind those before.
    func append(_ block: SampleBlock, rows: Range<Int>) throws {
        if schema.isLabelled { count(block.labels[rows]) }
        var rest = rows
        while !rest.isEmpty {
            let shard = try open ?? next()
            open = shard
            let part = rest.prefix(shard.room)
            try shard.append(block, rows: part)
            written += part.count
            rest = part.upperBound..<rest.upperBound
            if shard.room == 0 {
                try shard.finish()
                open = nil
            }
        }
    }

    private func count(_ labels: ArraySlice<Int32>) {
        for label in labels {
            let label = Int(label)
            if label >= classCounts.count {
                classCounts += Array(repeating: 0, count: label + 1 - classCounts.count)
            }
            classCounts[label] += 1
        }
    }

    private func next() throws -> OpenShard {
        defer { index += 1 }
        let shards = plan.shards
        let name = ShardFormat.fileName(split, index: index, of: shards)
        return try OpenShard(
            schema, split: split, index: index, of: shards,
            count: count * (index + 1) / shards - count * index / shards,
            deflate: plan.deflate, path: Directory.join(directory, name))
    }
}
