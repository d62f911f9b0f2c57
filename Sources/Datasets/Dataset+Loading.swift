import Store

extension Dataset {
    /// Reads all shards of a split from a directory into memory, or the first `limit` samples.
    ///
    /// Every shard is opened and compared with the others, also where `limit` needs only the first.
    /// - Throws: ``StoreError`` where a file is missing, truncated or damaged, ``DatasetError`` where the
    ///   shards are of an unknown version, incomplete, or disagree.
    public static func load(directory: String, split: Split, limit: Int? = nil) throws -> Dataset {
        let shards = try openShards(directory: directory, split: split)
        let first = shards[0]
        let total = shards.reduce(0) { $0 + $1.count }
        guard total > 0 else { throw DatasetError(directory, "the \(split.rawValue) shards hold no samples") }
        let count = min(limit ?? total, total)
        guard count > 0 else {
            throw DatasetError(
                directory, "\(count) samples were asked for", advice: "the limit must be positive")
        }

        var files: [(path: String, firstRow: Int)] = []
        var labels: [Int32]? = first.labels == nil ? nil : []
        var ids: SampleIDs?
        var librarySizes: [Double]? = first.librarySizes == nil ? nil : []
        var parts: [(shard: Shard, rows: Range<Int>)] = []
        var row = 0
        for shard in shards where row < count {
            let rows = min(shard.count, count - row)
            files.append((shard.path, row))
            parts.append((shard, row..<row + rows))
            if let part = try shard.readLabels(rows: rows) { labels?.append(contentsOf: part) }
            if let part = try shard.readIDs(rows: rows) {
                if ids == nil { ids = part } else { ids?.append(part) }
            }
            if let part = try shard.librarySizes?.read(rows: 0..<rows, as: Double.self) {
                librarySizes?.append(contentsOf: part)
            }
            row += rows
        }

        let samples: Samples
        if first.isBytes {
            samples = .bytes(try gather(parts, count: count, features: first.shape.reduce(1, *)))
        } else {
            samples = .floats(try gather(parts, count: count, features: first.shape.reduce(1, *)))
        }
        return Dataset(
            taking: samples, count: count, shape: first.shape, scale: first.scale, labels: labels,
            classNames: first.classNames, ids: ids, featureNames: first.featureNames,
            librarySizes: librarySizes, name: first.name, source: first.source, files: files)
    }

    /// Opens the complete set of shards, in order, and compares each with the first.
    static func openShards(directory: String, split: Split) throws -> [Shard] {
        let advice = "make it with 'treevae-dist prepare', or see docs/shard-format.md"
        guard Directory.exists(directory) else {
            throw DatasetError(directory, "there is no such data directory", advice: advice)
        }
        let names = try Directory.list(directory)
        guard !names.isEmpty else {
            throw DatasetError(directory, "the data directory is empty", advice: advice)
        }
        let found = names.compactMap { name in
            ShardFormat.parse(name, split: split).map { (name: name, index: $0.index, count: $0.count) }
        }
        guard let shardCount = found.first?.count else {
            throw DatasetError(
                directory,
                "no \(split.rawValue) shards, such as \(ShardFormat.fileName(split, index: 0, of: 1))",
                advice: advice)
        }
        var shards: [Shard] = []
        for index in 0..<shardCount {
            guard let match = found.first(where: { $0.index == index && $0.count == shardCount }) else {
                throw DatasetError(
                    Directory.join(directory, ShardFormat.fileName(split, index: index, of: shardCount)),
                    "this shard is missing", advice: "copy or prepare the data again")
            }
            shards.append(
                try Shard(
                    path: Directory.join(directory, match.name), split: split, index: index, of: shardCount))
        }
        if let stray = found.first(where: { $0.count != shardCount || $0.index >= shardCount }) {
            throw DatasetError(
                Directory.join(directory, stray.name), "it is none of the \(shardCount) shards here",
                advice: "keep one set of shards in a directory")
        }
        for shard in shards.dropFirst() { try compare(shard, with: shards[0]) }
        return shards
    }

    static func compare(_ shard: Shard, with first: Shard) throws(DatasetError) {
        func require(_ same: Bool, _ what: String) throws(DatasetError) {
            if same { return }
            throw DatasetError(
                shard.path, "\(what) than in \(first.path)", advice: "all shards must come from one data set")
        }
        try require(shard.shape == first.shape, "samples have another shape, \(shard.shape),")
        try require(shard.isBytes == first.isBytes, "/x is \(shard.samples.storedType), another type")
        try require(shard.scale == first.scale, "the scale \(shard.scale) is another")
        try require(shard.classNames == first.classNames, "the class names are others")
        try require(shard.name == first.name, "the data set, '\(shard.name)', is another")
        try require(shard.featureNames == first.featureNames, "the feature names are others")
        try require(shard.fineClassNames == first.fineClassNames, "the names of the fine labels are others")
        try require(shard.attributeNames == first.attributeNames, "the names of the attributes are others")
        for (what, name, isThere, isExpected) in [
            ("labels", "y", shard.labels != nil, first.labels != nil),
            ("ids", "ids", shard.ids != nil, first.ids != nil),
            ("fine labels", "fine_labels", shard.fineLabels != nil, first.fineLabels != nil),
            ("attributes", "attributes", shard.attributes != nil, first.attributes != nil),
            ("library sizes", "library_size", shard.librarySizes != nil, first.librarySizes != nil),
        ] where isThere != isExpected {
            throw DatasetError(
                shard.path, "it has \(isThere ? "" : "no ")\(what) (/\(name))",
                advice: "\(first.path) is otherwise; all shards or none must have \(what)")
        }
        let isText = shard.ids?.storedType.family == .text
        try require(
            isText == (first.ids?.storedType.family == .text),
            "ids are \(isText ? "texts" : "numbers"), something else")
    }

    /// Reads parts of shards into one new buffer, `[count, features]`.
    private static func gather<Element: StoredSample>(
        _ parts: [(shard: Shard, rows: Range<Int>)], count: Int, features: Int
    ) throws -> UnsafeMutableBufferPointer<Element> {
        let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: count * features)
        do {
            for (shard, rows) in parts {
                let part = buffer[rows.lowerBound * features..<rows.upperBound * features]
                try Element.read(
                    shard.samples, into: UnsafeMutableBufferPointer(rebasing: part), rows: rows.count)
            }
        } catch {
            buffer.deallocate()
            throw error
        }
        return buffer
    }
}

/// What samples are held as.
private protocol StoredSample: HDF5Scalar {
    /// Reads the first rows of a shard.
    static func read(_ dataset: HDF5Dataset, into buffer: UnsafeMutableBufferPointer<Self>, rows: Int) throws
}

extension UInt8: StoredSample {
    fileprivate static func read(
        _ dataset: HDF5Dataset, into buffer: UnsafeMutableBufferPointer<UInt8>, rows: Int
    ) throws {
        try dataset.read(into: buffer, rows: 0..<rows)
    }
}

extension Float: StoredSample {
    /// 64-bit floats, numpy's default, are rounded to 32 bits a few rows at a time.
    fileprivate static func read(
        _ dataset: HDF5Dataset, into buffer: UnsafeMutableBufferPointer<Float>, rows: Int
    ) throws {
        if dataset.storedType.converts(to: .float32) {
            try dataset.read(into: buffer, rows: 0..<rows)
            return
        }
        let step = max(1, (1 << 18) / max(1, dataset.rowCount))
        for start in stride(from: 0, to: rows, by: step) {
            let values = try dataset.read(rows: start..<min(start + step, rows), as: Double.self)
            for (offset, value) in values.enumerated() {
                buffer[start * dataset.rowCount + offset] = Float(value)
            }
        }
    }
}
