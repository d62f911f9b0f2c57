import Files
import Spelling
import Store

extension Preparation {
    /// The options that mean something for this source.
    public var options: Set<SourceOptions.Name> {
        switch self {
        case .csv, .tsv:
            [
                .label, .id, .impute, .scale, .counts, .shape, .drop, .oneHot, .header, .separator, .decimal,
                .standardise,
            ]
        case .npy: [.label, .id, .scale, .counts, .shape]
        case .npz: [.dataset, .label, .id, .scale, .counts, .shape]
        case .images: [.size, .resize, .grey]
        case .omniglot, .omniglot5, .celeba: [.resize]
        case .hdf5: [.dataset, .label, .id, .scale, .counts, .shape]
        case .h5ad: [.label, .layer, .scale, .counts, .batch, .variableGenes]
        default: []
        }
    }

    /// Opens files of the user's.
    func ownSource(
        _ path: String, _ options: SourceOptions, _ progress: PreparationProgress.Handler
    ) throws -> RowsSource {
        if options.isCounts, options.scale != nil {
            throw DatasetError(path, "counts stay as they are", advice: "leave --scale out")
        }
        if options.isStandardised == true, options.isCounts || options.scale != nil || options.shape != nil {
            throw DatasetError(
                path, "standardised values have a unit of their own",
                advice: "leave --counts, --scale and --shape out, or --standardise")
        }
        switch self {
        case .csv, .tsv:
            let table = try DelimitedTable(
                path, separator: self == .csv ? "," : "\t", options: options, progress: progress)
            var schema = try schema(path, shape: [table.featureNames.count], isBytes: false, options)
            // Pixels have no names.
            if options.shape == nil { schema.featureNames = table.featureNames }
            schema.standardisation = table.standardisation
            schema.mayMiss = options.impute == .mask
            if let scale = table.scale { schema.scale = scale }
            return try RowsSource(
                table, schema: schema, ids: table.ids, labels: table.labels, notices: table.notices)
        case .npy: return try numpy(path, NumpyFile(path), options) { try NumpyFile($0).texts() }
        case .npz:
            let names = try NumpyFile.arrays(in: path)
            func open(_ name: String) throws -> NumpyFile {
                guard names.contains(name) else {
                    throw DatasetError(
                        path, "there is no array '\(name)'",
                        advice: names.nearest(to: name).map { "the nearest is '\($0)'" } ?? "it has no arrays"
                    )
                }
                return try NumpyFile(path, array: name)
            }
            if options.dataset == nil, let matrix = try SparseMatrix(archive: path, names, open) {
                return try arraySource(
                    matrix, path, ArrayLayout([matrix.count, matrix.features], place: path), isBytes: false,
                    options
                ) { try open($0).texts() }
            }
            guard let name = options.dataset ?? (names.count == 1 ? names[0] : nil) else {
                throw DatasetError(
                    path, "it holds \(names.count) arrays: \(names.prefix(10).joined(separator: ", "))",
                    advice: "say with --dataset which are the samples")
            }
            return try numpy(path, open(name), options) { try open($0).texts() }
        case .images:
            let pictures = try PictureRows(path, options: options)
            return try RowsSource(
                pictures, schema: schema(path, shape: pictures.shape, isBytes: true, options),
                ids: pictures.files.paths, labels: pictures.files.labels, splits: pictures.files.splits,
                notices: pictures.files.notices)
        case .hdf5:
            let file = try HDF5File.open(path)
            guard let name = options.dataset else {
                let known = try HDF5Column.paths(in: file)
                throw DatasetError(
                    path, "which of its datasets are the samples?",
                    advice: "name one with --dataset: \(known.prefix(10).joined(separator: ", "))")
            }
            let rows = try HDF5Rows(HDF5Column.open(name, in: file))
            return try arraySource(rows, path, rows.layout, isBytes: rows.isBytes, options) {
                try HDF5Column.texts(HDF5Column.open($0, in: file))
            }
        case .h5ad: return try annotated(path, options)
        default: preconditionFailure("\(rawValue) is not the user's own")
        }
    }

    private func numpy(
        _ path: String, _ file: NumpyFile, _ options: SourceOptions, texts: (String) throws -> [String]
    ) throws -> RowsSource {
        let rows = try NumpyRows(file)
        return try arraySource(rows, path, rows.layout, isBytes: rows.isBytes, options, texts: texts)
    }

    /// Rows of an array, with ids and labels in others.
    private func arraySource(
        _ rows: any RowReader, _ path: String, _ layout: ArrayLayout, isBytes: Bool, _ options: SourceOptions,
        texts: (String) throws -> [String]
    ) throws -> RowsSource {
        var options = options
        var notices: [String] = []
        // Bytes are grey values, unless they are truth values.
        if isBytes, options.scale == nil, !options.isCounts, try rows.holdsTruthValues() {
            options.scale = 1
            notices.append("note: all values are 0 or 1 and are taken as they are; --scale says otherwise")
        }
        return try RowsSource(
            rows, schema: schema(path, shape: layout.shape, isBytes: isBytes, options),
            ids: ids(options, texts: texts), labels: labels(options, texts: texts), notices: notices)
    }

    private func annotated(_ path: String, _ options: SourceOptions) throws -> RowsSource {
        let file = try AnnotatedMatrix(path)
        var matrix = try file.rows(layer: options.layer)
        var notices: [String] = []
        // What scanpy's users have normalised in X they keep as it was in this layer.
        if options.layer == nil, options.scale == nil, !matrix.isCounts, !options.isCounts,
            let counts = try file.countsLayer(), counts.features == matrix.features
        {
            matrix = counts
            notices.append(
                "note: X holds no counts, the layer 'counts' does and is taken; --layer X takes the matrix")
        }
        let isBytes = (matrix.reader as? HDF5Rows)?.isBytes ?? false
        var options = options
        options.isCounts = options.isCounts || (matrix.isCounts && options.scale == nil)
        var schema = try schema(path, shape: [matrix.features], isBytes: isBytes, options)
        schema.featureNames = try file.names(of: matrix.variables)
        guard schema.featureNames.count == matrix.features else {
            throw DatasetError(
                path, "there are \(schema.featureNames.count) variables, the matrix has \(matrix.features)")
        }
        let ids = try file.names(of: "obs")
        try ids.requireUnique(place: "obs_names of \(path)")
        let labels = try options.label.map { label in
            try EncodedLabels(complete: file.column(label), place: "obs column '\(label)' of \(path)")
        }
        var reader: any RowReader = matrix.reader
        if let wanted = options.variableGenes {
            let chosen = try VariableGenes(of: reader, features: matrix.features, isCounts: options.isCounts)
                .chosen(wanted, place: path)
            reader = SomeColumns(of: reader, features: matrix.features, columns: chosen)
            schema.featureNames = chosen.map { schema.featureNames[$0] }
            schema.shape = [chosen.count]
        }
        if let name = options.batch {
            let batches = try EncodedLabels(
                complete: file.column(name), place: "obs column '\(name)' of \(path)")
            reader = CovariateColumns(
                of: reader, features: schema.shape[0], codes: batches.labels, count: batches.names.count,
                one: isBytes ? UInt8(clamping: Int((1 / schema.scale).rounded())) : 1)
            schema.featureNames += batches.names.map { "\(name)=\($0)" }
            schema.shape = [schema.shape[0] + batches.names.count]
            schema.covariates = batches.names.count
        }
        return try RowsSource(reader, schema: schema, ids: ids, labels: labels, notices: notices)
    }

    private func schema(
        _ path: String, shape: [Int], isBytes: Bool, _ options: SourceOptions
    ) throws(DatasetError) -> SampleSchema {
        if let wanted = options.shape, wanted.reduce(1, *) != shape.reduce(1, *) {
            throw DatasetError(
                path, "samples have \(shape.reduce(1, *)) values, --shape wants \(wanted.reduce(1, *))",
                advice: "labels and ids are no pixels: name their columns, or leave them out with --drop")
        }
        let file = Directory.lastComponent(of: path)
        let name = file.split(separator: ".").first.map(String.init) ?? file
        var schema = SampleSchema(
            name: name, source: path, shape: options.shape ?? shape, element: isBytes ? .bytes : .floats,
            scale: options.isCounts ? 1 : options.scale)
        schema.isCounts = options.isCounts
        return schema
    }

    private func ids(_ options: SourceOptions, texts: (String) throws -> [String]) throws -> [String]? {
        guard let name = options.id else { return nil }
        let ids = try texts(name)
        try ids.requireUnique(place: name)
        return ids
    }

    private func labels(
        _ options: SourceOptions, texts: (String) throws -> [String]
    ) throws -> EncodedLabels? {
        guard let name = options.label else { return nil }
        return try EncodedLabels(complete: texts(name), place: name)
    }
}
