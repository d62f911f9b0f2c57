import Store

/// One open shard: what its attributes say, checked against what is there.
struct Shard {
    let path: String
    let file: HDF5File
    /// `[count, shape...]`.
    let samples: HDF5Dataset
    /// `[count]`, where labels are known.
    let labels: HDF5Dataset?
    /// `[count]` numbers or texts, where samples have ids.
    let ids: HDF5Dataset?
    /// `[count]`, where there is a finer labelling.
    let fineLabels: HDF5Dataset?
    /// `[count, attributes]`, where samples have attributes.
    let attributes: HDF5Dataset?
    /// `[count]`, where values are counts.
    let librarySizes: HDF5Dataset?
    let count: Int
    let shape: [Int]
    let scale: Double
    let classNames: [String]
    let fineClassNames: [String]
    let attributeNames: [String]
    let featureNames: [String]
    /// How values are standardised when they are read, if they are.
    let standardisation: Standardisation?
    /// So many of the last features are covariates.
    let covariates: Int
    /// Whether values may be missing, NaN.
    let mayMiss: Bool
    let name: String
    let source: String

    /// Whether samples are stored as bytes; 32- or 64-bit floats otherwise.
    var isBytes: Bool { samples.storedType.family == .unsignedInteger }

    /// Opens a shard, whatever its file is called.
    /// - Throws: ``StoreError`` where the file is damaged or an attribute is missing, ``DatasetError`` where
    ///   format, version or contents are not what they should be.
    init(path: String) throws {
        self.path = path
        file = try HDF5File.open(path)
        let root = try file.root
        let format = try root.text("format")
        guard format == ShardFormat.name else {
            throw DatasetError(
                path, "its format is '\(format)', not '\(ShardFormat.name)'",
                advice: "make shards with 'treevae-dist prepare' or as docs/shard-format.md says")
        }
        let version = try root.attribute("format_version", as: Int.self)
        guard version == ShardFormat.version else {
            throw DatasetError(
                path, "shard format version \(version) is unknown, this program reads \(ShardFormat.version)",
                advice: "use a newer treevae-dist, or prepare the data again with this one")
        }
        // Without a digest there is nothing to compare with before values are read.
        if try file.hasDigest { try file.verify(leavesChunks: true) }

        func optional(_ name: String) throws -> HDF5Dataset? {
            try root.exists(name) ? root.dataset(name) : nil
        }
        samples = try root.dataset("x")
        labels = try optional("y")
        ids = try optional("ids")
        fineLabels = try optional("fine_labels")
        attributes = try optional("attributes")
        librarySizes = try optional("library_size")
        count = try root.attribute("count", as: Int.self)
        shape = try root.attributeList("shape", as: Int.self)
        scale =
            try root.hasAttribute("scale")
            ? root.attribute("scale", as: Double.self)
            : samples.storedType.family == .unsignedInteger ? 1.0 / 255 : 1
        classNames = try Self.names("class_names", of: root)
        fineClassNames = try Self.names("class_names", of: fineLabels)
        attributeNames = try Self.names("names", of: attributes)
        featureNames = try optional("feature_names")?.texts() ?? []
        standardisation = try optional("feature_mean").map { means in
            let deviations = try root.dataset("feature_deviation")
            guard means.shape == deviations.shape else {
                throw DatasetError(
                    path, "/feature_mean is \(means.shape), /feature_deviation \(deviations.shape)")
            }
            return Standardisation(
                means: try means.read(as: Double.self), deviations: try deviations.read(as: Double.self))
        }
        covariates =
            try root.hasAttribute("covariates") ? root.attribute("covariates", as: Int.self) : 0
        mayMiss = try root.hasAttribute("missing")
        name = try root.hasAttribute("dataset") ? root.text("dataset") : "unnamed"
        source = try root.hasAttribute("source") ? root.text("source") : ""

        try checkShapes()
        guard scale.isFinite, scale > 0 else {
            throw DatasetError(path, "attribute 'scale' is \(scale), a positive number was expected")
        }
    }

    /// Opens the shard of a split that its file name says it is.
    /// - Throws: as ``init(path:)``, and ``DatasetError`` where an attribute says otherwise.
    init(path: String, split: Split, index: Int, of shardCount: Int) throws {
        try self.init(path: path)
        let root = try file.root
        for (attribute, expected) in [("shard_index", index), ("shard_count", shardCount)]
        where try root.hasAttribute(attribute) {
            let value = try root.attribute(attribute, as: Int.self)
            guard value == expected else {
                throw DatasetError(
                    path, "attribute '\(attribute)' is \(value), the file name says \(expected)",
                    advice: "the file was renamed, or belongs to another set of shards")
            }
        }
        if try root.hasAttribute("split") {
            let stored = try root.text("split")
            guard stored == split.rawValue else {
                throw DatasetError(
                    path, "attribute 'split' is '\(stored)', the file name says '\(split.rawValue)'")
            }
        }
    }

    private func checkShapes() throws(DatasetError) {
        guard shape.count == 1 || shape.count == 3, shape.allSatisfy({ $0 > 0 }) else {
            throw DatasetError(
                path, "attribute 'shape' is \(shape)",
                advice: "[channels, height, width] or [features] was expected")
        }
        guard samples.shape.count == shape.count + 1, Array(samples.shape.dropFirst()) == shape else {
            throw DatasetError(
                path, "/x is \(samples.shape), the attribute 'shape' says [count] + \(shape)")
        }
        guard samples.rows == count else {
            throw DatasetError(
                path, "counts disagree: /x has \(samples.rows) rows, the attribute 'count' says \(count)")
        }
        for companion in [labels, ids, fineLabels, attributes, librarySizes] {
            guard let companion else { continue }
            let expected = companion === attributes ? [count, attributeNames.count] : [count]
            guard companion.shape == expected else {
                throw DatasetError(
                    path,
                    "counts disagree: \(companion.path) is \(companion.shape), /x has \(count) rows"
                        + (companion === attributes ? " and there are \(attributeNames.count) names" : ""))
            }
        }
        guard featureNames.isEmpty || [featureNames.count] == shape else {
            throw DatasetError(
                path, "there are \(featureNames.count) feature names for samples of shape \(shape)")
        }
        guard covariates == 0 || (1..<(shape.first ?? 0)).contains(covariates) && !featureNames.isEmpty else {
            throw DatasetError(
                path, "attribute 'covariates' is \(covariates) for samples of shape \(shape)",
                advice: "fewer covariates than features are expected, and names of all")
        }
        if let standardisation {
            guard [standardisation.means.count] == shape, !isBytes,
                standardisation.means.allSatisfy(\.isFinite),
                standardisation.deviations.allSatisfy({ $0.isFinite && $0 > 0 })
            else {
                throw DatasetError(
                    path, "/feature_mean and /feature_deviation do not fit floats of shape \(shape)",
                    advice: "one finite number for each feature is expected, deviations above 0")
            }
        }
        let type = samples.storedType
        guard type.converts(to: .uint8) || type.converts(to: .float64) else {
            throw DatasetError(
                path, "/x holds \(type)", advice: "store uint8 with a scale, or float32")
        }
    }

    private static func names(_ attribute: String, of object: HDF5Object?) throws -> [String] {
        guard let object, try object.hasAttribute(attribute) else { return [] }
        return try object.textList(attribute)
    }

    /// The labels of the first `rows` rows.
    /// - Throws: ``DatasetError`` where a label is negative or has no name.
    func readLabels(rows: Int) throws -> [Int32]? {
        try labels.map { try readLabels(of: $0, names: classNames, rows: rows) }
    }

    /// The fine labels of all rows.
    /// - Throws: ``DatasetError`` where a label is negative or has no name.
    func readFineLabels() throws -> [Int32]? {
        try fineLabels.map { try readLabels(of: $0, names: fineClassNames, rows: count) }
    }

    /// More classes than this are no classes; a count is kept of each.
    private static let classLimit = 1_000_000

    private func readLabels(of dataset: HDF5Dataset, names: [String], rows: Int) throws -> [Int32] {
        let limit = names.isEmpty ? Self.classLimit : names.count
        return try dataset.read(rows: 0..<rows, as: Int.self).enumerated().map { row, label in
            guard (0..<limit).contains(label) else {
                throw DatasetError(
                    "\(dataset.path) in \(path)", "label \(label) in row \(row) is out of range",
                    advice: names.isEmpty
                        ? "labels count classes from 0"
                        : "there are \(limit) class names, labels count from 0")
            }
            return Int32(label)
        }
    }

    /// The ids of the first `rows` rows.
    func readIDs(rows: Int) throws -> SampleIDs? {
        try ids.map { ids in
            ids.storedType.family == .text
                ? .texts(try ids.texts(rows: 0..<rows)) : .numbers(try ids.read(rows: 0..<rows))
        }
    }
}
