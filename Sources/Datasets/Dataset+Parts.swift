import Files

extension Dataset {
    /// The first `limit` samples, held in memory as these are; the whole data set where there is no limit or it is no
    /// shorter.
    public func limited(to limit: Int?) -> Dataset {
        guard let limit, limit < count else { return self }
        precondition(stored == nil, "samples that stay in their files are limited when these are opened")
        func copy<Value: BitwiseCopyable>(_ values: UnsafePointer<Value>) -> UnsafeMutableBufferPointer<Value>
        {
            let buffer = UnsafeMutableBufferPointer<Value>.allocate(capacity: limit * features)
            buffer.baseAddress?.update(from: values, count: limit * features)
            return buffer
        }
        let samples: Samples
        if let bytes {
            samples = .bytes(copy(bytes))
        } else if let floats {
            samples = .floats(copy(floats))
        } else {
            return self
        }
        return Dataset(
            taking: samples, count: limit, shape: shape, scale: scale,
            labels: labels.map { Array($0.prefix(limit)) },
            classNames: classNames, ids: ids.rows(0..<limit), featureNames: featureNames,
            librarySizes: librarySizes.map { Array($0.prefix(limit)) }, standardisation: standardisation,
            isCounts: isCounts, covariates: covariates, mayMiss: mayMiss, name: name, source: source,
            files: files.filter { $0.firstRow < limit })
    }

    /// Whether a directory has shards of a split.
    /// - Throws: `StoreError` where the directory cannot be listed.
    public static func hasSplit(_ split: Split, in directory: String) throws -> Bool {
        try Directory.list(ShardFormat.directory(meantBy: directory)).contains {
            ShardFormat.parse($0, split: split) != nil
        }
    }

    /// Number of classes: as many as there are names, or as labels need.
    public var classCount: Int { classCounts.count }
}
