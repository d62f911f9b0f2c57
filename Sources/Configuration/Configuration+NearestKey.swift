extension Configuration {
    /// The known key that `name` was most likely meant to be.
    ///
    /// Nearest by edit distance, where a missing or a wrong section costs little: the last part of a dotted
    /// key is what people remember.
    static func nearestKey(to name: String) -> String {
        func cost(_ key: String) -> Int {
            let (wholeName, wholeKey) = (Array(name), Array(key))
            let lastOfName = Array(name.split(separator: ".").last ?? "")
            let lastOfKey = Array(key.split(separator: ".").last ?? "")
            return min(editDistance(wholeName, wholeKey), editDistance(lastOfName, lastOfKey) + 2)
        }
        return keys.map(\.name).min { cost($0) < cost($1) }!
    }

    /// Insertions, deletions and substitutions that turn `a` into `b` (Levenshtein 1966).
    static func editDistance(_ a: [Character], _ b: [Character]) -> Int {
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
}
