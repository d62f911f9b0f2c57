import Files
import Store

/// Names and versions of the shard format; the prose is in docs/shard-format.md.
enum ShardFormat {
    /// Attribute `format` of every shard.
    static let name = "treevae-dist shard"
    /// Attribute `format_version` of the shards written here, and the latest that is read.
    static let version = 1

    /// The file name of a shard: `train-00000-of-00004.h5`.
    static func fileName(_ split: Split, index: Int, of count: Int) -> String {
        "\(split.rawValue)-\(digits(index))-of-\(digits(count)).h5"
    }

    /// Index and count in a file name, or `nil` where it is not the name of a shard of `split`.
    static func parse(_ fileName: String, split: Split) -> (index: Int, count: Int)? {
        let parts = fileName.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == split.rawValue, parts[2] == "of", parts[3].hasSuffix(".h5"),
            let index = Int(parts[1]), let count = Int(parts[3].dropLast(3)), index >= 0, count > 0
        else { return nil }
        return (index, count)
    }

    /// The directory of shards that a path means: itself or, of a single shard, the one that it lies in.
    static func directory(meantBy path: String) -> String {
        let name = Directory.lastComponent(of: path)
        let isShard = Split.allCases.contains { parse(name, split: $0) != nil }
        return isShard && Directory.hasFile(path) ? Directory.parent(of: path) : path
    }

    private static func digits(_ number: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, 5 - text.count)) + text
    }
}
