import Foundation

/// A file of the run log that cannot be written.
public struct RunLogError: Error, Equatable, CustomStringConvertible {
    /// What was attempted, for example "append to".
    public let operation: String
    /// The file.
    public let path: String
    /// The system's error number.
    public let code: Int32

    init(_ operation: String, _ path: String, code: Int32 = errno) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    /// The message for people.
    public var description: String {
        let hint =
            switch code {
            case ENOSPC, EDQUOT: "free some space and continue with --resume"
            case ENOENT, ENOTDIR: "the output directory must exist"
            default: "check that the output directory can be written to"
            }
        return "cannot \(operation) \(path): \(String(cString: strerror(code))); \(hint)"
    }
}
