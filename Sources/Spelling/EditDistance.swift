/// Insertions, deletions and substitutions that turn `a` into `b` (Levenshtein 1966).
public func editDistance(_ a: some Sequence<Character>, _ b: some Sequence<Character>) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, character) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, other) in b.enumerated() {
            let substituted = diagonal + (character == other ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
        }
    }
    return row[b.count]
}

extension Collection where Element == String {
    /// The element that `name` was most likely meant to be, upper and lower case being much alike; the first
    /// of several, `nil` where there is none.
    public func nearest(to name: String) -> String? {
        func cost(_ candidate: String) -> Int {
            2 * editDistance(name.lowercased(), candidate.lowercased()) + (candidate == name ? 0 : 1)
        }
        return map { ($0, cost($0)) }.min { $0.1 < $1.1 }?.0
    }
}
