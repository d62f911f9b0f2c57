import Datasets
import Glibc
import Store
import Testing

/// The parent of all suites here: they use HDF5, hence one after the other.
@Suite(.serialized)
struct DatasetsTests {}

/// A directory that is gone after `body`.
func withTemporaryDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
    var template = Array("/tmp/treevae-datasets-XXXXXX".utf8CString)
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

/// The 64-bit FNV-1a digest.
func digest(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}

extension Dataset {
    /// A copy of the stored bytes.
    var storedBytes: [UInt8] {
        withExtendedLifetime(self) { Array(UnsafeBufferPointer(start: bytes, count: count * features)) }
    }
    /// A copy of the stored floats.
    var storedFloats: [Float] {
        withExtendedLifetime(self) { Array(UnsafeBufferPointer(start: floats, count: count * features)) }
    }

    /// A few samples of 1x2x3 bytes with labels in three classes.
    static func small(_ count: Int, first: Int = 0) -> Dataset {
        Dataset(
            bytes: (0..<count * 6).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ first) }, shape: [1, 2, 3],
            labels: (0..<count).map { Int32($0 % 3) }, classNames: ["null", "eins", "zwölf"], name: "small",
            source: "made by a test")
    }
}
