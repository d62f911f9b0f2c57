import Spelling

/// Why a file could not be written or read.
///
/// The description reads `cannot OPERATION OBJECT in FILE: NATIVE (HINT)`.
public struct StoreError: Error, Sendable, CustomStringConvertible {
    /// What was attempted, in the infinitive: "open", "read", "create the group".
    public let operation: String
    /// Path of the file or directory.
    public var file: String
    /// Path of the object inside the file, or `nil` where the file itself is meant.
    public let object: String?
    /// What was wrong: the HDF5 error stack (outermost first) or the operating system's message.
    public let reason: String
    /// What to do about it, or `nil` where the reason says it all.
    public let hint: String?

    /// An error with a given hint, or one derived from the reason where the reason is a known one.
    public init(operation: String, file: String, object: String? = nil, reason: String, hint: String? = nil) {
        self.operation = operation
        self.file = file
        self.object = object
        self.reason = reason
        self.hint = hint ?? Self.hint(for: reason)
    }

    /// The whole message on one line.
    public var description: String {
        let place = object.map { "\($0) in \(file)" } ?? file
        let advice = hint.map { " (\($0))" } ?? ""
        return "cannot \(operation) \(place): \(reason)\(advice)".printable
    }

    /// Advice for the failures that users meet.
    private static func hint(for reason: String) -> String? {
        let advice: [(mark: String, text: String)] = [
            ("No space left on device", "free some space there or write somewhere else"),
            ("Disk quota exceeded", "free some space there or write somewhere else"),
            ("File too large", "raise the file size limit (ulimit -f) or write somewhere else"),
            ("Permission denied", "check the owner and the mode of the file and its directory"),
            ("Read-only file system", "choose a directory that can be written"),
            ("No such file or directory", "check the path"),
            ("truncated file", "the file is incomplete; make or copy it again"),
            ("file signature not found", "this is not an HDF5 file, or its beginning is damaged"),
            ("required filter", "compress it with gzip instead: h5repack -f GZIP=4 OLD NEW"),
            ("checksum", "the file is damaged; make or copy it again"),
        ]
        return advice.first { reason.contains($0.mark) }?.text
    }
}
