import Spelling

extension Configuration {
    /// The known key that `name` was most likely meant to be.
    ///
    /// Nearest by edit distance, where a missing or a wrong section costs little: the last part of a dotted
    /// key is what people remember.
    static func nearestKey(to name: String) -> String {
        func cost(_ key: String) -> Int {
            let lastOfName = name.split(separator: ".").last ?? ""
            let lastOfKey = key.split(separator: ".").last ?? ""
            return min(editDistance(name, key), editDistance(lastOfName, lastOfKey) + 2)
        }
        return keys.map(\.name).min { cost($0) < cost($1) }!
    }
}
