import Files
import Glibc

/// A directory that is gone after `body`.
public func withTemporaryDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
    var template = Array("/tmp/treevae-test-XXXXXX".utf8CString)
    guard let directory = mkdtemp(&template).map({ String(cString: $0) }) else {
        preconditionFailure("no temporary directory: \(String(cString: strerror(errno)))")
    }
    defer { Directory.remove(directory) }
    return try body(directory)
}
