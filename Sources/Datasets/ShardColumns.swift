import Store

/// The datasets of a shard that is being written, a row for each sample.
struct ShardColumns {
    private let samples: HDF5Dataset
    private let ids: HDF5Dataset
    private let labels: HDF5Dataset?
    private let fineLabels: HDF5Dataset?
    private let attributes: HDF5Dataset?
    private let librarySizes: HDF5Dataset?
    private let features: Int
    private let covariates: Int
    /// Rows in a chunk of the samples, which are best written together.
    let rowsPerChunk: Int

    /// Creates the datasets for `count` samples, and writes the names of their columns and values.
    init(_ schema: SampleSchema, count: Int, deflate: Int?, in root: HDF5Group) throws {
        func create<Element: HDF5Scalar>(
            _ name: String, _ type: Element.Type, row: [Int] = [], where isPresent: Bool
        ) throws -> HDF5Dataset? {
            guard isPresent else { return nil }
            return try root.createDataset(name, of: type, shape: [count] + row, deflate: deflate)
        }
        features = schema.features
        covariates = schema.covariates
        let shape = [count] + schema.shape
        switch schema.element {
        case .bytes:
            samples = try root.createDataset(
                "x", of: UInt8.self, shape: shape, deflate: deflate, digestsChunks: true)
            rowsPerChunk = HDF5Dataset.rowsPerChunk(shape: shape, elementBytes: 1)
        case .floats:
            samples = try root.createDataset(
                "x", of: Float.self, shape: shape, deflate: deflate, digestsChunks: true)
            rowsPerChunk = HDF5Dataset.rowsPerChunk(shape: shape, elementBytes: 4)
        }
        switch schema.identity {
        case .numbers:
            ids = try root.createDataset("ids", of: Int.self, shape: [count], deflate: deflate)
        case .texts(let width):
            ids = try root.createTextDataset("ids", count: count, width: width, deflate: deflate)
        }
        labels = try create("y", Int32.self, where: schema.isLabelled)
        fineLabels = try create("fine_labels", Int32.self, where: !schema.fineClassNames.isEmpty)
        try fineLabels?.setAttribute("class_names", to: schema.fineClassNames)
        attributes = try create(
            "attributes", UInt8.self, row: [schema.attributeNames.count],
            where: !schema.attributeNames.isEmpty)
        try attributes?.setAttribute("names", to: schema.attributeNames)
        librarySizes = try create("library_size", Double.self, where: schema.isCounts)
        if !schema.featureNames.isEmpty {
            try root.write(texts: schema.featureNames, to: "feature_names", deflate: deflate)
        }
        if let standardisation = schema.standardisation {
            for (name, values) in [
                ("feature_mean", standardisation.means), ("feature_deviation", standardisation.deviations),
            ] {
                try values.withUnsafeBufferPointer {
                    _ = try root.write($0, to: name, shape: [values.count])
                }
            }
        }
    }

    /// Writes all samples of a block at `rows`.
    func write(_ block: SampleBlock, rows: Range<Int>) throws {
        func write<Element: HDF5Scalar>(_ values: [Element], to dataset: HDF5Dataset?) throws {
            try values.withUnsafeBufferPointer { try dataset?.write($0, rows: rows) }
        }
        switch block.values {
        case .bytes(let bytes): try write(bytes, to: samples)
        case .floats(let floats): try write(floats, to: samples)
        }
        switch block.ids {
        case .numbers(let numbers): try write(numbers, to: ids)
        case .texts(let texts): try ids.write(texts: texts, rows: rows)
        }
        if labels != nil { try write(block.labels, to: labels) }
        if fineLabels != nil { try write(block.fineLabels, to: fineLabels) }
        if attributes != nil { try write(block.attributes, to: attributes) }
        if librarySizes != nil {
            try write(block.sums(features: features, without: covariates), to: librarySizes)
        }
    }
}
