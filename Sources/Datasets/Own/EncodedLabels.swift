/// Labels as numbers from 0, in the order of what they stood for: of numbers if all are, else of bytes.
struct EncodedLabels {
    /// A label for each sample.
    let labels: [Int32]
    /// What each label stood for.
    let names: [String]

    /// More classes than this are no classes: ids, or measurements.
    static let limit = 10_000

    /// Encodes labels.
    /// - Parameters:
    ///   - texts: a label for each sample.
    ///   - place: where they come from, for errors.
    /// - Throws: ``DatasetError`` where there are more than ``limit`` different ones.
    init(_ texts: some Sequence<String>, place: String) throws(DatasetError) {
        var encoder = LabelEncoder(place: place)
        for text in texts { try encoder.append(text) }
        self = encoder.encoded
    }

    /// Encodes labels none of which may be missing.
    /// - Throws: as ``init(_:place:)``, and ``DatasetError`` naming the first sample whose label is missing.
    init(complete texts: [String], place: String) throws(DatasetError) {
        if let row = texts.firstIndex(where: MissingText.standsForLabel) {
            throw DatasetError(
                place, "the label of sample \(row) is missing, it is '\(texts[row])'",
                advice: "leave such samples out, or give the class another name")
        }
        try self.init(texts, place: place)
    }

    fileprivate init(codes: [Int32], names: [String]) {
        let order = names.indices.sorted(by: Self.order(of: names))
        var rank = [Int32](repeating: 0, count: names.count)
        for (position, code) in order.enumerated() { rank[code] = Int32(position) }
        labels = codes.map { rank[Int($0)] }
        self.names = order.map { names[$0] }
    }

    private static func order(of names: [String]) -> (Int, Int) -> Bool {
        let numbers = names.compactMap(Double.init)
        if numbers.count == names.count, numbers.allSatisfy(\.isFinite) {
            return { numbers[$0] < numbers[$1] }
        }
        return { names[$0].utf8.lexicographicallyPrecedes(names[$1].utf8) }
    }
}

/// Collects labels one at a time.
struct LabelEncoder {
    private let place: String
    private let limit: Int
    private var codes: [Int32] = []
    private var names: [String] = []
    private var codeOfName: [String: Int32] = [:]

    /// - Parameters:
    ///   - place: where the labels come from, for errors.
    ///   - limit: the most different ones.
    init(place: String, limit: Int = EncodedLabels.limit) {
        self.place = place
        self.limit = limit
    }

    /// Takes the label of the next sample.
    /// - Throws: ``DatasetError`` where there are too many different ones.
    mutating func append(_ text: String) throws(DatasetError) {
        if let code = codeOfName[text] {
            codes.append(code)
            return
        }
        guard names.count < limit else {
            throw DatasetError(
                place, "it has more than \(limit) different values",
                advice: "these are no labels of classes")
        }
        let code = Int32(names.count)
        codeOfName[text] = code
        names.append(text)
        codes.append(code)
    }

    /// All that were taken.
    var encoded: EncodedLabels { EncodedLabels(codes: codes, names: names) }
}
