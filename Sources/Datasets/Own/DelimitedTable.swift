import Spelling

/// A table with a row for each sample and a column for each feature, and perhaps one of labels and one of ids.
///
/// A first pass checks every line, counts, collects labels, ids and categories, and what missing values become.
struct DelimitedTable: RowReader {
    private let path: String
    private let dialect: TableDialect
    private let header: TableHeader
    /// The columns that become features, in the order of the file.
    private let columns: [FeatureColumn]
    /// What a missing number of each column becomes, `[columns]`; `nil` where there is to be none.
    private let replacements: [Float]?
    private(set) var count = 0
    /// Labels, where a column was named.
    let labels: EncodedLabels?
    /// Ids, where a column was named.
    let ids: [String]?
    /// By what features are standardised, where that was asked for.
    let standardisation: Standardisation?
    /// What values are multiplied by where nothing was said; nil for 1.
    let scale: Double?
    /// What the user should know.
    let notices: [String]
    /// Whether what is missing stays away.
    private let imputesNothing: Bool

    /// A column, and what its fields are.
    private struct FeatureColumn {
        let index: Int
        /// The values of categories, each of which becomes a feature; nil for numbers.
        var categories: [String]?
    }

    /// Names of the features: of a category its column's and its own.
    var featureNames: [String] {
        columns.flatMap { column in
            let name = header.names[column.index]
            return column.categories.map { $0.map { "\(name)=\($0)" } } ?? [name]
        }
    }

    /// Reads the table once.
    /// - Throws: ``DatasetError`` naming the line and the column of what is ragged, missing or no number, or
    ///   the nearest column where one does not exist; `ArchiveError` where the file cannot be read.
    init(
        _ path: String, separator: Character, options: SourceOptions,
        progress: PreparationProgress.Handler
    ) throws {
        try RegularFile.require(path)
        self.path = path
        let dialect = try TableDialect(of: path, standard: separator, options: options)
        let header = try TableHeader(DelimitedReader(path, separator: dialect.separator), dialect)
        self.dialect = dialect
        self.header = header
        imputesNothing = options.impute == .mask
        let labelColumn = try options.label.map { try header.column($0, in: path) }
        let idColumn = try options.id.map { try header.column($0, in: path) }
        let dropped = try header.columns(options.dropped, in: path)
        let categorical = try header.columns(options.categories, in: path)
        var columns = header.names.indices.filter {
            $0 != labelColumn && $0 != idColumn && !dropped.contains($0)
        }.map { FeatureColumn(index: $0, categories: categorical.contains($0) ? [] : nil) }
        guard !columns.isEmpty else {
            throw DatasetError(path, "no columns are left to be features: \(header.names.count) in all")
        }

        let reader = try header.open(path, dialect)
        let parser = NumberParser(reader, header, decimal: dialect.decimal)
        var encoder = LabelEncoder(place: "column '\(options.label ?? "")' of \(path)")
        var categories = columns.map {
            LabelEncoder(place: "column '\(header.name($0.index))' of \(path)", limit: 1000)
        }
        var ids: [String] = []
        var seen: Set<String> = []
        var missing = MissingValues(features: columns.count, imputation: options.impute)
        var statistics = columns.map { _ in ColumnStatistics() }
        var count = 0
        while try header.next(reader) {
            for (place, column) in columns.enumerated() {
                if column.categories != nil {
                    if let text = try parser.category(column.index, isRequired: options.impute == nil) {
                        try categories[place].append(text)
                    }
                } else {
                    let value = try parser.number(column.index, isRequired: options.impute == nil)
                    missing.add(Float(value), to: place)
                    statistics[place].add(value)
                }
            }
            if let labelColumn { try encoder.append(parser.key(labelColumn, isLabel: true)) }
            if let idColumn {
                let id = try parser.key(idColumn, isLabel: false)
                guard seen.insert(id).inserted else {
                    throw DatasetError(path, "line \(reader.line): the id '\(id)' is there a second time")
                }
                ids.append(id)
            }
            count += 1
            if count % 1024 == 0 {
                progress(PreparationProgress("reading", done: count, of: 0, unit: "lines"))
            }
        }
        guard count > 0 else { throw DatasetError(path, "it has a header, but no rows") }
        if let first = columns.firstIndex(where: { $0.index == 0 && $0.categories == nil }) {
            try header.requireNoIndex(statistics[first], in: path)
        }
        for place in columns.indices where columns[place].categories != nil {
            columns[place].categories = categories[place].encoded.names
        }
        let names = columns.map { header.name($0.index) }
        self.count = count
        self.columns = columns
        labels = labelColumn == nil ? nil : encoder.encoded
        self.ids = idColumn == nil ? nil : ids
        let isNumber = columns.map { $0.categories == nil }
        replacements = try missing.replacements(features: columns.count) { place in
            isNumber[place] ? "column '\(names[place])' of \(path)" : nil
        }
        let numbers = zip(names, statistics).filter { $1.count > 0 }
        let isTold = options.scale != nil || options.isCounts || options.isStandardised == true
        let grey = isTold ? nil : GreyTable(numbers.map(\.1))
        scale = grey.map { 1 / $0.full }
        let hasOwnUnit = options.scale != nil || options.isCounts || options.shape != nil || grey != nil
        let spread = hasOwnUnit ? nil : ColumnSpread(numbers)
        // Whole numbers from 0 are counts or grey values, of which small ones are small for a reason.
        // What is missing counts as the mean, which is 0 for standardised columns.
        let isAutomatic =
            options.isStandardised == nil
            && (spread?.isUneven == true || options.impute == .mask && !hasOwnUnit)
        standardisation =
            options.isStandardised ?? isAutomatic
            ? Self.standardisation(columns.map(\.categories), statistics) : nil
        notices =
            numbers.compactMap { $1.precisionNotice(of: $0) } + (grey.map { [$0.notice] } ?? [])
            + (options.isStandardised == true
                ? [] : spread?.notices(isStandardised: isAutomatic) ?? [])
    }

    /// Means and deviations of numbers; categories and truth values stay 0 and 1.
    private static func standardisation(_ categories: [[String]?], _ statistics: [ColumnStatistics])
        -> Standardisation
    {
        var means: [Double] = []
        var deviations: [Double] = []
        for (categories, statistics) in zip(categories, statistics) {
            let isNumber = categories == nil && !statistics.isBinary
            means += Array(repeating: isNumber ? statistics.mean : 0, count: categories?.count ?? 1)
            // A column without spread says nothing, and is 0 everywhere.
            let deviation = isNumber && statistics.deviation > 0 ? statistics.deviation : 1
            deviations += Array(repeating: deviation, count: categories?.count ?? 1)
        }
        return Standardisation(means: means, deviations: deviations)
    }

    func forEachBlock(of step: Int, _ body: (SampleBlock.Values) throws -> Void) throws {
        let reader = try header.open(path, dialect)
        let parser = NumberParser(reader, header, decimal: dialect.decimal)
        var values: [Float] = []
        var rows = 0
        while try header.next(reader) {
            for (place, column) in columns.enumerated() {
                if let categories = column.categories {
                    let text = try parser.category(column.index, isRequired: replacements == nil)
                    let missing: Float = imputesNothing ? .nan : 0
                    values += categories.map { text == nil ? missing : $0 == text ? 1 : 0 }
                } else {
                    let value = Float(try parser.number(column.index, isRequired: replacements == nil))
                    values.append(value.isNaN ? replacements?[place] ?? value : value)
                }
            }
            rows += 1
            if rows == step {
                try body(.floats(values))
                values.removeAll(keepingCapacity: true)
                rows = 0
            }
        }
        if !values.isEmpty { try body(.floats(values)) }
    }
}
