import Store

/// A shard that is being written, a chunk at a time.
final class OpenShard {
    private let schema: SampleSchema
    private let path: String
    private let file: HDF5File
    /// Goes before the file is closed: HDF5 does not survive a dataset that outlives a file with a full disk.
    private var columns: ShardColumns?
    private let count: Int
    private let rowsPerChunk: Int
    /// Samples that do not fill a chunk yet.
    private var pending: SampleBlock
    private var written = 0
    private var range: ClosedRange<Double>?

    /// How many samples are missing.
    var room: Int { count - written - pending.count }

    /// Creates the file with all that is known before the first sample.
    init(_ schema: SampleSchema, split: Split, index: Int, of shards: Int, count: Int, path: String) throws {
        self.schema = schema
        self.path = path
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
        if !schema.classNames.isEmpty { try root.setAttribute("class_names", to: schema.classNames) }
        let columns = try ShardColumns(schema, count: count, in: root)
        self.columns = columns
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
        try columns?.write(pending, rows: written..<written + pending.count)
        written += pending.count
        pending = schema.emptyBlock
    }

    /// Closes the full shard, waits until it is on the disk, and reads it back.
    func finish() throws {
        precondition(room == 0 && pending.count == 0, "a shard is finished when it is full")
        if let range {
            let inputs = [range.lowerBound * schema.scale, range.upperBound * schema.scale]
            try file.root.setAttribute("value_range", to: inputs)
        }
        columns = nil
        try file.close()
        try AtomicFile.synchronize(path)
        try HDF5File.verify(path)
    }
}
