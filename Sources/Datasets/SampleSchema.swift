/// What all samples of a data set have in common: what a shard's attributes say.
public struct SampleSchema: Sendable, Equatable {
    /// What samples are stored as.
    public enum Element: Sendable, Equatable {
        /// 8-bit unsigned integers.
        case bytes
        /// 32-bit floats.
        case floats
    }

    /// What ids are.
    public enum Identity: Sendable, Equatable {
        /// Row numbers in the source.
        case numbers
        /// Texts of at most so many bytes in UTF-8.
        case texts(width: Int)

        /// Texts as wide as the longest of `texts`.
        public static func texts(_ texts: [String]) -> Identity {
            .texts(width: texts.map(\.utf8.count).max() ?? 1)
        }
    }

    /// Name of the data set: "mnist".
    public var name: String
    /// Where the samples come from, in words.
    public var source: String
    /// Shape of one sample: `[channels, height, width]` or `[features]`.
    public var shape: [Int]
    /// What samples are stored as.
    public var element: Element
    /// What stored values are multiplied by to become inputs.
    public var scale: Double
    /// What ids are.
    public var identity: Identity
    /// Whether each sample has a label.
    public var isLabelled: Bool
    /// Names of the classes, by label; empty where they have none.
    public var classNames: [String]
    /// Names of the finer classes, by fine label; empty where there are no fine labels.
    public var fineClassNames: [String] = []
    /// Names of the attributes, columns of a matrix of zeros and ones; empty where there are none.
    public var attributeNames: [String] = []
    /// Names of the features, words or genes, `[features]`; empty where they have none.
    public var featureNames: [String] = []
    /// How features are standardised when they are read, if they are.
    public var standardisation: Standardisation?
    /// Whether values are counts, which come with the sum of each sample, its library size.
    public var isCounts = false
    /// So many of the last features are covariates, each 0 or 1: what a sample's batch is. Models read and do not explain
    /// them.
    public var covariates = 0
    /// Whether values may be missing, NaN.
    public var mayMiss = false

    /// Numbers in one sample.
    public var features: Int { shape.reduce(1, *) }

    /// A schema; what rarer data sets have beyond this is set afterwards.
    public init(
        name: String, source: String, shape: [Int], element: Element, scale: Double? = nil,
        identity: Identity = .numbers, isLabelled: Bool = false, classNames: [String] = []
    ) {
        self.name = name
        self.source = source
        self.shape = shape
        self.element = element
        self.scale = scale ?? (element == .bytes ? 1.0 / 255 : 1)
        self.identity = identity
        self.isLabelled = isLabelled
        self.classNames = classNames
    }
}
