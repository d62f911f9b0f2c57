import Store

/// The shards of a split, or of several, compared with each other, and how many of their samples are wanted.
struct ShardSet {
    /// In the order of the samples; the last may be wanted in part.
    private let parts: [(shard: Shard, rows: Range<Int>)]
    private let first: Shard
    private let count: Int
    private let labels: [Int32]?
    private let ids: SampleIDs?
    private let librarySizes: [Double]?

    /// Opens the shards of splits, one after the other, and reads what there is of each sample besides its values.
    ///
    /// Every shard is opened and compared with the others, also where `limit` needs only the first.
    /// - Throws: ``StoreError`` where a file is missing, truncated or damaged, ``DatasetError`` where the
    ///   shards are of an unknown version, incomplete, or disagree.
    init(directory: String, splits: [Split], limit: Int?, readsIDs: Bool) throws {
        let sets = try splits.map { try Dataset.openShards(directory: directory, split: $0) }
        let shards = sets.flatMap(\.self)
        first = shards[0]
        for set in sets.dropFirst() { try Dataset.compare(set[0], with: first) }
        let name = splits.map(\.rawValue).joined(separator: " and ")
        let total = shards.reduce(0) { $0 + $1.count }
        guard total > 0 else { throw DatasetError(directory, "the \(name) shards hold no samples") }
        count = min(limit ?? total, total)
        guard count > 0 else {
            throw DatasetError(
                directory, "\(count) samples were asked for", advice: "the limit must be positive")
        }
        guard count <= Int32.max else {
            throw DatasetError(
                directory, "\(count) \(name) samples are more than \(Int32.max)",
                advice: "train on some of them, with data.limit")
        }
        var parts: [(shard: Shard, rows: Range<Int>)] = []
        var labels: [Int32]? = first.labels == nil ? nil : []
        var ids: SampleIDs?
        var librarySizes: [Double]? = first.librarySizes == nil ? nil : []
        var row = 0
        for shard in shards where row < count {
            let rows = min(shard.count, count - row)
            parts.append((shard, row..<row + rows))
            if let part = try shard.readLabels(rows: rows) { labels?.append(contentsOf: part) }
            if readsIDs, let part = try shard.readIDs(rows: rows) {
                if ids == nil { ids = part } else { ids?.append(part) }
            }
            if let part = try shard.librarySizes?.read(rows: 0..<rows, as: Double.self) {
                librarySizes?.append(contentsOf: part)
            }
            row += rows
        }
        self.parts = parts
        self.labels = labels
        self.ids = ids
        self.librarySizes = librarySizes
    }

    /// What this split says of its features.
    var expectation: FeatureExpectation {
        FeatureExpectation(
            names: first.featureNames, standardisation: first.standardisation,
            covariates: first.covariates, owner: first.path)
    }

    /// How its rows become the features that a model, or another split, expects.
    /// - Throws: ``DatasetError`` where one of them is not there.
    func map(_ expected: FeatureExpectation) throws(DatasetError) -> FeatureMap {
        guard first.shape.count == 1 else {
            return FeatureMap(width: first.shape.reduce(1, *), standardisation: nil)
        }
        return try FeatureMap(
            expected, names: first.featureNames, covariates: first.covariates, width: first.shape[0],
            place: first.path)
    }

    /// Bytes that the samples take in memory.
    func bytes(_ map: FeatureMap) -> Int { count * map.features * (first.isBytes ? 1 : 4) }

    /// The data set, read into memory or left in its files.
    /// - Throws: ``StoreError`` where samples cannot be read.
    func dataset(isHeld: Bool, as map: FeatureMap) throws -> Dataset {
        let samples: Dataset.Samples
        if !isHeld {
            samples = .stored(
                try StoredSamples(parts.map { ($0.shard, $0.rows.count) }, isBytes: first.isBytes, map: map))
        } else if first.isBytes {
            samples = .bytes(try gather(map))
        } else {
            samples = .floats(try gather(map))
        }
        return Dataset(
            taking: samples, count: count, shape: first.shape.count == 1 ? [map.features] : first.shape,
            scale: first.scale, labels: labels, classNames: first.classNames, ids: ids,
            featureNames: map.names ?? first.featureNames,
            // The sums are those of all columns of the file.
            librarySizes: map.features - map.covariates == map.width - first.covariates ? librarySizes : nil,
            standardisation: map.standardisation, isCounts: librarySizes != nil, covariates: map.covariates,
            mayMiss: first.mayMiss, name: first.name,
            source: first.source, files: parts.map { ($0.shard.path, $0.rows.lowerBound) })
    }

    /// Reads the samples into one new buffer, `[count, features]`.
    private func gather<Element: SampleElement>(_ map: FeatureMap) throws -> UnsafeMutableBufferPointer<
        Element
    > {
        let features = map.features
        let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: count * features)
        do {
            for (shard, rows) in parts {
                let part = buffer[rows.lowerBound * features..<rows.upperBound * features]
                try Element.read(
                    shard.samples, rows: 0..<rows.count, as: map,
                    into: UnsafeMutableBufferPointer(rebasing: part))
            }
        } catch {
            buffer.deallocate()
            throw error
        }
        return buffer
    }
}
