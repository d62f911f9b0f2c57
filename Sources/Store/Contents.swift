import Files

/// All that an HDF5 file holds, as text: a line for each group, dataset, link and attribute, values as digests.
///
/// It is made twice: by who writes a file, from the values themselves as they are handed over, and by who reads it,
/// from what is on the disk. Nothing that is lost on the way between the two goes unnoticed, whoever loses it.
struct Contents: Equatable {
    /// The root's attribute with the digest of all the rest.
    static let attribute = "contents_digest"

    /// What is said of each object by its path, and of each attribute by `PATH@NAME`.
    private var lines: [String: String] = ["/": "group"]

    /// A group.
    mutating func setGroup(_ path: String) { lines[path] = "group" }

    /// A dataset.
    /// - Parameter digest: of its values in row order; nil where its attribute `chunk_digests` says it.
    mutating func setDataset(_ path: String, type: String, shape: [Int], digest: String?) {
        lines[path] = "dataset \(type) \(Self.text(shape)) \(digest ?? "chunks")"
    }

    /// What was at `path`, and all below it, is gone.
    mutating func remove(_ path: String) {
        lines = lines.filter {
            $0.key != path && !$0.key.hasPrefix(path + "/") && !$0.key.hasPrefix(path + "@")
        }
    }

    /// Anything else: a link that is a path, an object that has another name already.
    mutating func setOther(_ path: String) { lines[path] = "other" }

    /// An attribute.
    /// - Parameter shape: empty for a single value.
    mutating func setAttribute(
        _ name: String, of path: String, type: String, shape: [Int], bytes: UnsafeRawBufferPointer
    ) {
        if name == Self.attribute, path == "/" { return }
        lines["\(path)@\(name)"] = "attribute \(type) \(Self.text(shape)) \(RunningDigest.text(of: bytes))"
    }

    /// XXH3-128 of the lines `NAME WHAT\n` in the order of their bytes.
    var digest: String {
        let text = lines.map { "\($0) \($1)\n" }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .joined()
        return text.utf8CString.dropLast().withUnsafeBytes { RunningDigest.text(of: $0) }
    }

    /// The first object or attribute, by name, that is another in `other`; nil where all are the same.
    func firstDifference(from other: Contents) -> String? {
        Set(lines.keys).union(other.lines.keys).filter { lines[$0] != other.lines[$0] }.min()
    }

    private static func text(_ shape: [Int]) -> String {
        shape.isEmpty ? "single" : shape.map(String.init).joined(separator: "x")
    }
}
