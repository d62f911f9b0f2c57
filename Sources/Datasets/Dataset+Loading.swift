import Files
import Store

extension Dataset {
    /// Reads all shards of a split from a directory into memory, or the first `limit` samples.
    ///
    /// Every shard is opened and compared with the others, also where `limit` needs only the first.
    /// - Throws: `StoreError` where a file is missing, truncated or damaged, ``DatasetError`` where the
    ///   shards are of an unknown version, incomplete, or disagree.
    public static func load(directory: String, split: Split, limit: Int? = nil) throws -> Dataset {
        try load(directory: directory, splits: [split], limit: limit, memory: .max)[0]
    }

    /// Opens splits of a directory, and reads into memory what fits there together; the others stay in their files.
    /// The smallest is read first, so that a small test split is held beside a training split that is not.
    ///
    /// - Parameters:
    ///   - limit: only the first so many samples of each.
    ///   - readsIDs: whether ids are wanted; without, samples are told apart by their rows.
    ///   - memory: bytes that all of them together may take.
    ///   - expected: the features that a model has; nil for those of the first split.
    /// - Returns: the data sets, in the order of `splits`.
    /// - Throws: as ``load(directory:split:limit:)``, and ``DatasetError`` where a feature is not there.
    public static func load(
        directory: String, splits: [Split], limit: Int? = nil, readsIDs: Bool = true, memory: Int,
        expecting expected: FeatureExpectation? = nil
    ) throws -> [Dataset] {
        let sets = try splits.map {
            try ShardSet(directory: directory, splits: [$0], limit: limit, readsIDs: readsIDs)
        }
        guard let first = sets.first else { return [] }
        let maps = try sets.map { try $0.map(expected ?? first.expectation) }
        let bytes = zip(sets, maps).map { $0.bytes($1) }
        var left = memory
        var held: Set<Int> = []
        for index in sets.indices.sorted(by: { (bytes[$0], $0) < (bytes[$1], $1) })
        where bytes[index] <= left {
            left -= bytes[index]
            held.insert(index)
        }
        return try sets.enumerated().map { try $1.dataset(isHeld: held.contains($0), as: maps[$0]) }
    }

    /// Opens splits of a directory as one data set, one split after the other; samples without ids are told apart by
    /// their rows in it.
    ///
    /// - Parameters:
    ///   - readsIDs: whether ids are wanted.
    ///   - memory: bytes that the samples may take; they stay in their files where that is too little.
    ///   - expected: the features that a model has; nil for those of the first split.
    /// - Throws: as ``load(directory:splits:limit:readsIDs:memory:expecting:)``.
    public static func load(
        directory: String, joining splits: [Split], readsIDs: Bool = true, memory: Int,
        expecting expected: FeatureExpectation? = nil
    ) throws -> Dataset {
        let set = try ShardSet(directory: directory, splits: splits, limit: nil, readsIDs: readsIDs)
        let map = try set.map(expected ?? set.expectation)
        return try set.dataset(isHeld: set.bytes(map) <= memory, as: map)
    }

    /// Opens the complete set of shards, in order, and compares each with the first.
    static func openShards(directory: String, split: Split) throws -> [Shard] {
        let directory = ShardFormat.directory(meantBy: directory)
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
        try require(
            shard.standardisation == first.standardisation, "means or deviations of features are others")
        try require(shard.covariates == first.covariates, "the number of covariates is another")
        try require(shard.mayMiss == first.mayMiss, "values may be missing here or there alone, otherwise")
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
}
