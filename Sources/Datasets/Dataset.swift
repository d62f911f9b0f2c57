/// The part of a data set that samples belong to.
public enum Split: String, Sendable, CaseIterable {
    /// Samples to train on.
    case train
    /// Samples to evaluate on.
    case test
}

/// Samples held in memory as they are stored, bytes or floats, one row after the other; or, where that would
/// take too much memory, left in their files.
///
/// Row-major `[count, features]`, where `features` is the product of `shape`: a batch is gathered from
/// ``bytes`` or ``floats``, whichever is there, and multiplied by ``scale``. Where neither is, samples are read from
/// ``stored`` piece by piece. The contents never change, so a data set may be read from any thread. The pointers
/// live as long as the object: hold it while they are in use (`withExtendedLifetime`, or a stored property), since
/// Swift releases a local after its last use.
public final class Dataset: @unchecked Sendable {
    /// Number of samples.
    public let count: Int
    /// Shape of one sample: `[channels, height, width]` or `[features]`.
    public let shape: [Int]
    /// What stored values are multiplied by to become inputs: 1/255 for grey values in bytes.
    public let scale: Double
    /// One class for each sample, from 0, or `nil` where none are known.
    public let labels: [Int32]?
    /// Names of the classes, by label; empty where they have none.
    public let classNames: [String]
    /// What tells the samples apart, `[count]`: rows of the split where its shards have no ids.
    public var ids: SampleIDs { namedIDs ?? .numbers(Array(0..<count)) }
    private let namedIDs: SampleIDs?
    /// One of ``ids`` as text.
    public func id(of sample: Int) -> String { namedIDs?[sample] ?? String(sample) }
    /// Names of the features, words or genes, `[features]`; empty where they have none.
    public let featureNames: [String]
    /// Sum of the counts of each sample, `[count]`, or `nil` where values are not counts.
    public let librarySizes: [Double]?
    /// How values were standardised when they were read, if they were.
    public let standardisation: Standardisation?
    /// Whether values are counts.
    public let isCounts: Bool
    /// So many of the last features are covariates, each 0 or 1.
    public let covariates: Int
    /// Whether values may be missing, NaN.
    public let mayMiss: Bool
    /// Name of the data set: "mnist".
    public let name: String
    /// Where the samples come from, in words.
    public let source: String
    /// The file of each sample, as (file, its first row), for messages; empty for what never was in files.
    let files: [(path: String, firstRow: Int)]

    /// The samples `[count, features]` where they are stored as bytes.
    public let bytes: UnsafePointer<UInt8>?
    /// The samples `[count, features]` where they are stored as 32-bit floats.
    public let floats: UnsafePointer<Float>?
    /// The samples where they stay in their files.
    public let stored: StoredSamples?

    /// Numbers in one sample.
    public var features: Int { shape.reduce(1, *) }

    /// Bytes that the samples take in memory: 0 where they stay in their files.
    public var heldBytes: Int { stored == nil ? count * features * (bytes == nil ? 4 : 1) : 0 }

    /// Stored samples, owned by whoever holds the value until a ``Dataset`` takes them over.
    enum Samples {
        /// `[count, features]` bytes.
        case bytes(UnsafeMutableBufferPointer<UInt8>)
        /// `[count, features]` floats.
        case floats(UnsafeMutableBufferPointer<Float>)
        /// Still in their files.
        case stored(StoredSamples)
    }

    /// Takes samples over, and frees them in the end.
    init(
        taking samples: Samples, count: Int, shape: [Int], scale: Double, labels: [Int32]?,
        classNames: [String], ids: SampleIDs?, featureNames: [String], librarySizes: [Double]?,
        standardisation: Standardisation? = nil, isCounts: Bool = false, covariates: Int = 0,
        mayMiss: Bool = false, name: String, source: String,
        files: [(path: String, firstRow: Int)] = []
    ) {
        self.count = count
        self.shape = shape
        self.scale = scale
        self.labels = labels
        self.classNames = classNames
        namedIDs = ids
        self.featureNames = featureNames
        self.librarySizes = librarySizes
        self.standardisation = standardisation
        self.isCounts = isCounts
        self.covariates = covariates
        self.mayMiss = mayMiss
        self.name = name
        self.source = source
        self.files = files
        switch samples {
        case .bytes(let buffer):
            (bytes, floats, stored) = (UnsafePointer(buffer.baseAddress), nil, nil)
        case .floats(let buffer):
            (bytes, floats, stored) = (nil, UnsafePointer(buffer.baseAddress), nil)
        case .stored(let samples):
            (bytes, floats, stored) = (nil, nil, samples)
        }
        precondition(labels == nil || labels?.count == count, "one label for each sample")
        precondition(ids == nil || ids?.count == count, "one id for each sample")
        precondition(librarySizes == nil || librarySizes?.count == count, "one library size for each sample")
    }

    deinit {
        bytes?.deallocate()
        floats?.deallocate()
    }

    /// A data set of bytes, `[count, features]`, multiplied by 1/255 on load.
    public convenience init(
        bytes: [UInt8], shape: [Int], scale: Double = 1.0 / 255, labels: [Int32]? = nil,
        classNames: [String] = [], ids: SampleIDs? = nil, name: String, source: String
    ) {
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
        _ = buffer.initialize(from: bytes)
        self.init(
            taking: .bytes(buffer), count: bytes.count / shape.reduce(1, *), shape: shape, scale: scale,
            labels: labels, classNames: classNames, ids: ids, featureNames: [], librarySizes: nil, name: name,
            source: source)
    }

    /// A data set of floats, `[count, features]`, used as they are.
    public convenience init(
        floats: [Float], shape: [Int], scale: Double = 1, labels: [Int32]? = nil,
        classNames: [String] = [], ids: SampleIDs? = nil, name: String, source: String
    ) {
        let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: floats.count)
        _ = buffer.initialize(from: floats)
        self.init(
            taking: .floats(buffer), count: floats.count / shape.reduce(1, *), shape: shape, scale: scale,
            labels: labels, classNames: classNames, ids: ids, featureNames: [], librarySizes: nil, name: name,
            source: source)
    }

    /// Samples of each class, `[max(classNames.count, largest label + 1)]`; empty without labels.
    public var classCounts: [Int] {
        guard let labels else { return [] }
        let largest = Int(labels.max() ?? -1)
        var counts = [Int](repeating: 0, count: max(classNames.count, largest + 1))
        for label in labels { counts[Int(label)] += 1 }
        return counts
    }
}
