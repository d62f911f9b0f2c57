import Glibc
import Store
import Testing

/// The parent of all suites here: they use HDF5 and change process-wide limits, hence one after the other.
@Suite(.serialized)
struct StoreTests {}

/// A directory that is gone after `body`.
func withTemporaryDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
    var template = Array("/tmp/treevae-store-XXXXXX".utf8CString)
    let directory = try #require(mkdtemp(&template).map { String(cString: $0) })
    defer { Directory.remove(directory) }
    return try body(directory)
}

/// The description of the error that `body` throws, or a sentence that says there was none.
func message(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error was thrown"
    } catch {
        return "\(error)"
    }
}

/// All bytes of a file.
func contents(of path: String) throws -> [UInt8] {
    let stream = try #require(fopen(path, "rb"))
    defer { fclose(stream) }
    fseek(stream, 0, SEEK_END)
    var bytes = [UInt8](repeating: 0, count: ftell(stream))
    rewind(stream)
    #expect(fread(&bytes, 1, bytes.count, stream) == bytes.count)
    return bytes
}

/// Writes bytes in place, as damage would.
func overwrite(_ path: String, with bytes: some Collection<UInt8>) throws {
    let stream = try #require(fopen(path, "wb"))
    defer { fclose(stream) }
    #expect(fwrite(Array(bytes), 1, bytes.count, stream) == bytes.count)
}
