import Store

/// A shard that is being written, a chunk at a time.
final class OpenShard {
    private let schema: SampleSchema
    private let file: HDF5File
    private let columns: ShardColumns
    private let count: Int
    private let rowsPerChunk: Int
    /// Samples that do not fill a chunk yet.
    private var pending: SampleBlock
    private var written = 0
    private var range: ClosedRange<Double>?

    /// How many samples are missing.
    var room: Int { count - written - pending.count }

    /// Creates the file with all that is known before the first sample.
    ///
    /// - Parameter deflate: see ``ShardPlan/deflate``.
    init(
        _ schema: SampleSchema, split: Split, index: Int, of shards: Int, count: Int, deflate: Int?,
        path: String
    ) throws {
        self.schema = schema
        self.count = count
        file = try HDF5File.create(path)
        let root = try file.root
        try root.setAttribute("format", to: ShardFormat.name)
        try root.setAttribute("format_version", to: ShardFormat.version)
        try root.setAttribute("dataset", to: schema.name)
        try root.setAttribute("source", to: schema.source)
        try root.setAttribute("split", to: split.rawValue)
        try root.setAttribute("shard_index", to: index)
        try root.setAttribute("shard_count", to: shards)
        try root.setAttribute("count", to: count)
        try root.setAttribute("shape", to: schema.shape)
        try root.setAttribute("scale", to: schema.scale)
        if schema.covariates > 0 { try root.setAttribute("covariates", to: schema.covariates) }
        if schema.mayMiss { try root.setAttribute("missing", to: "nan") }
        if !schema.classNames.isEmpty { try root.setAttribute("class_names", to: schema.classNames) }
        columns = try ShardColumns(schema, count: count, deflate: deflate, in: root)
        rowsPerChunk = columns.rowsPerChunk
        pending = schema.emptyBlock
    }

    /// Takes samples of a block, no more than there is ``room`` for.
    func append(_ block: SampleBlock, rows: Range<Int>) throws {
        precondition(rows.count <= room, "more samples than the shard has room for")
        var rest = rows
        while !rest.isEmpty {
            let part = rest.prefix(rowsPerChunk - pending.count)
            pending.append(block, rows: part, of: schema)
            rest = part.upperBound..<rest.upperBound
            if pending.count == rowsPerChunk || room == 0 { try flush() }
        }
    }

    private func flush() throws {
        let found = try pending.validatedRange(schema)
        range =
            min(
                range?.lowerBound ?? found.lowerBound, found.lowerBound)...max(
                range?.upperBound ?? found.upperBound, found.upperBound)
        try columns.write(pending, rows: written..<written + pending.count)
        written += pending.count
        pending = schema.emptyBlock
    }

    /// Ends the full shard, which is then there.
    func finish() throws {
        precondition(room == 0 && pending.count == 0, "a shard is finished when it is full")
        if let range {
            let inputs = [range.lowerBound * schema.scale, range.upperBound * schema.scale]
            try file.root.setAttribute("value_range", to: inputs)
        }
        try file.close()
    }
}
