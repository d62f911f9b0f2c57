import Glibc

/// The terms of a corpus and what each weighs: TF-IDF as scikit-learn's `TfidfVectorizer(max_features: n)` has it.
struct TermWeights {
    /// The terms, by their bytes in Latin-1.
    let terms: [[UInt8]]
    /// ln((1 + N) / (1 + df)) + 1 of each, of N documents of which df have the term.
    let weights: [Double]
    private let columns: [[UInt8]: Int]

    /// Terms that scikit-learn leaves out in the training texts of 20 Newsgroups, though their count, 192, is that of
    /// terms that it takes: fifteen of this count tie for the last eleven columns. An unstable sort of numpy's decides,
    /// whose order depends on the processor; these four are missing with AVX-512.
    private static let passedOver: Set<[UInt8]> = Set(
        ["copies", "document", "livesey", "possibility"].map { Array($0.utf8) })

    /// Takes the `limit` terms that documents hold most often in all.
    ///
    /// Among terms of equal count those come first that come first in the alphabet, but for the few of
    /// ``passedOver``.
    init(of documents: [[UInt8]], limit: Int) {
        var counts: [[UInt8]: (total: Int, documents: Int, last: Int)] = [:]
        for (index, text) in documents.enumerated() {
            Tokenizer.terms(of: text) { term in
                var count = counts[term, default: (0, 0, -1)]
                count.total += 1
                if count.last != index { count.documents += 1 }
                count.last = index
                counts[term] = count
            }
        }
        let ranked = counts.sorted { one, other in
            if one.value.total != other.value.total { return one.value.total > other.value.total }
            let isPassedOver = [one, other].map { Self.passedOver.contains($0.key) }
            if isPassedOver[0] != isPassedOver[1] { return isPassedOver[1] }
            return one.key.lexicographicallyPrecedes(other.key)
        }
        let chosen = ranked.prefix(limit).sorted { $0.key.lexicographicallyPrecedes($1.key) }
        terms = chosen.map(\.key)
        weights = chosen.map { log(Double(1 + documents.count) / Double(1 + $0.value.documents)) + 1 }
        columns = Dictionary(uniqueKeysWithValues: zip(terms, terms.indices))
    }

    /// A document's counts of the terms, weighted, of Euclidean length 1; all zeros where it has none of them.
    func vector(of text: [UInt8]) -> [Float] {
        var counts: [Int: Double] = [:]
        Tokenizer.terms(of: text) { term in
            if let column = columns[term] { counts[column, default: 0] += 1 }
        }
        // Columns in order, so that the sum is the same every time.
        let weighted = counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value * weights[$0.key]) }
        let length = weighted.reduce(0) { $0 + $1.1 * $1.1 }.squareRoot()
        var vector = [Float](repeating: 0, count: terms.count)
        for (column, weight) in weighted { vector[column] = Float(weight / length) }
        return vector
    }
}
