import Store

/// Writes data sets as directories of shards.
public enum ShardWriter {
    /// Deflate level: grey images shrink fivefold, and reading stays faster than most disks.
    private static let deflate = 4

    /// Writes `shards` shards for each split into `directory`, which must be new or empty.
    ///
    /// The shards are written into a hidden directory beside it, verified, and moved into place together:
    /// on any error nothing stays behind.
    /// - Throws: ``DatasetError`` where the directory is in use or a split has fewer samples than shards,
    ///   ``StoreError`` where something cannot be written.
    public static func write(train: Dataset, test: Dataset, to directory: String, shards: Int) throws {
        guard shards > 0 else { throw DatasetError(directory, "\(shards) shards were asked for") }
        for (split, dataset) in [(Split.train, train), (.test, test)] where dataset.count < shards {
            throw DatasetError(
                directory, "\(dataset.count) \(split.rawValue) samples do not fill \(shards) shards",
                advice: "ask for fewer")
        }
        if Directory.exists(directory), try !Directory.list(directory).isEmpty {
            throw DatasetError(
                directory, "the output directory is not empty", advice: "choose another, or empty it first")
        }

        try AtomicDirectory.write(to: directory) { temporary in
            for (split, dataset) in [(Split.train, train), (.test, test)] {
                for index in 0..<shards {
                    let rows = dataset.count * index / shards..<dataset.count * (index + 1) / shards
                    let name = ShardFormat.fileName(split, index: index, of: shards)
                    try AtomicFile.write(
                        to: Directory.join(temporary, name), verify: HDF5File.verify
                    ) { path in
                        try write(dataset, rows: rows, split: split, index: index, of: shards, to: path)
                    }
                }
            }
        }
    }

    /// Writes one shard.
    private static func write(
        _ dataset: Dataset, rows: Range<Int>, split: Split, index: Int, of shards: Int, to path: String
    ) throws {
        let file = try HDF5File.create(path)
        let root = try file.root
        try root.setAttribute("format", to: ShardFormat.name)
        try root.setAttribute("format_version", to: ShardFormat.version)
        try root.setAttribute("dataset", to: dataset.name)
        try root.setAttribute("source", to: dataset.source)
        try root.setAttribute("split", to: split.rawValue)
        try root.setAttribute("shard_index", to: index)
        try root.setAttribute("shard_count", to: shards)
        try root.setAttribute("count", to: rows.count)
        try root.setAttribute("shape", to: dataset.shape)
        try root.setAttribute("scale", to: dataset.scale)
        if !dataset.classNames.isEmpty { try root.setAttribute("class_names", to: dataset.classNames) }

        let shape = [rows.count] + dataset.shape
        let elements = rows.lowerBound * dataset.features..<rows.upperBound * dataset.features
        if let bytes = dataset.bytes {
            let samples = UnsafeBufferPointer(start: bytes + elements.lowerBound, count: elements.count)
            try writeSamples(samples, shape: shape, scale: dataset.scale, to: root)
        } else if let floats = dataset.floats {
            let samples = UnsafeBufferPointer(start: floats + elements.lowerBound, count: elements.count)
            try writeSamples(samples, shape: shape, scale: dataset.scale, to: root)
        }
        if let labels = dataset.labels { try root.write(Array(labels[rows]), to: "y", deflate: deflate) }
        try file.close()
    }

    /// Writes `/x` and the range of the inputs, stored values times scale, that it holds.
    private static func writeSamples<Element: HDF5Scalar & Comparable>(
        _ samples: UnsafeBufferPointer<Element>, shape: [Int], scale: Double, to root: HDF5Group
    ) throws where Element: StoredNumber {
        var smallest = samples[0]
        var largest = samples[0]
        for value in samples {
            smallest = min(smallest, value)
            largest = max(largest, value)
        }
        try root.setAttribute("value_range", to: [smallest.asDouble * scale, largest.asDouble * scale])
        try root.write(samples, to: "x", shape: shape, deflate: deflate)
    }
}

/// A sample's number that has a value in double precision.
private protocol StoredNumber {
    var asDouble: Double { get }
}

extension UInt8: StoredNumber {
    fileprivate var asDouble: Double { Double(self) }
}

extension Float: StoredNumber {
    fileprivate var asDouble: Double { Double(self) }
}
