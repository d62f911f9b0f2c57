import Images

/// What is said about files of one's own, beyond where they are.
public struct SourceOptions: Sendable, Equatable {
    /// What takes the place of missing values.
    public enum Imputation: String, Sendable, CaseIterable {
        /// The mean of the column's other values.
        case mean
        /// Their median; of an even number the mean of the two in the middle.
        case median
        /// The number 0.
        case zero
        /// Nothing: it stays away, and models that are trained on it leave it out of their losses.
        case mask
    }

    /// An option; its raw value is its name on the command line.
    public enum Name: String, Sendable, CaseIterable {
        case label, id, impute, dataset, layer, size, resize, grey, scale, counts, shape, drop, header,
            separator,
            decimal
        case standardise, batch
        case variableGenes = "variable-genes"
        case oneHot = "one-hot"
    }

    /// Column, dataset, array or file of labels.
    public var label: String?
    /// Column or dataset of ids.
    public var id: String?
    /// What to do about missing values; `nil` refuses them.
    public var impute: Imputation?
    /// Path of the samples in the file.
    public var dataset: String?
    /// Layer of an annotated matrix.
    public var layer: String?
    /// Height and width to which pictures are brought.
    public var size: PictureSize?
    /// How they are brought there; nil for antialiased.
    public var resizing: Image.Resizing?
    /// Whether pictures become grey.
    public var isGrey = false
    /// What stored values are multiplied by; `nil` for 1/255 of bytes and 1 of other numbers.
    public var scale: Double?
    /// Whether values must be counts, and come with library sizes.
    public var isCounts = false

    /// Shape of a sample, where rows are flat; nil for what the file says.
    public var shape: [Int]?
    /// Columns that are left out; several may stand in one text, between commas.
    public var dropped: [String] = []
    /// Columns of categories, each value of which becomes a feature of 0 and 1; as ``dropped``.
    public var categories: [String] = []
    /// Whether the first line of a table names its columns; nil for what it looks like.
    public var hasHeader: Bool?
    /// What separates the fields of a table, in ASCII; nil for what it looks like.
    public var separator: Character?
    /// What separates the decimals of its numbers, in ASCII; nil for what it looks like.
    public var decimal: Character?
    /// Column of obs that says which batch a cell is of; each becomes a covariate.
    public var batch: String?
    /// So many genes that vary most are kept; nil for all.
    public var variableGenes: Int?
    /// Whether features are standardised when they are read, by means and deviations in the shards; nil for what
    /// their spreads ask for.
    public var isStandardised: Bool?

    /// No options.
    public init() {}

    /// Those that are given.
    public var given: [Name] {
        Name.allCases.filter { name in
            switch name {
            case .label: label != nil
            case .id: id != nil
            case .impute: impute != nil
            case .dataset: dataset != nil
            case .layer: layer != nil
            case .size: size != nil
            case .resize: resizing != nil
            case .grey: isGrey
            case .scale: scale != nil
            case .counts: isCounts
            case .shape: shape != nil
            case .drop: !dropped.isEmpty
            case .oneHot: !categories.isEmpty
            case .header: hasHeader != nil
            case .separator: separator != nil
            case .decimal: decimal != nil
            case .batch: batch != nil
            case .variableGenes: variableGenes != nil
            case .standardise: isStandardised != nil
            }
        }
    }
}

/// Height and width of pictures in pixels, written `HxW`.
public struct PictureSize: Sendable, Equatable {
    /// Rows.
    public let height: Int
    /// Columns.
    public let width: Int

    /// Reads `28x28`; `nil` for anything else, and for sizes beyond 4096.
    public init?(_ text: String) {
        let parts = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let height = parts[0], let width = parts[1],
            (1...4096).contains(height), (1...4096).contains(width)
        else { return nil }
        self.height = height
        self.width = width
    }
}
