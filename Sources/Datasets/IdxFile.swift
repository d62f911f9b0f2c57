import Archives
import Bounds

/// A file of bytes in the idx format of the MNIST family, plain or compressed with gzip.
///
/// Big-endian: two zero bytes, the element type (0x08 for bytes, the only one used), the number of
/// dimensions, one 32-bit extent for each, and the elements in row-major order.
public struct IdxFile: Sendable {
    /// Path it was read from.
    public let path: String
    /// Extent in each dimension.
    public let shape: [Int]
    /// The elements, row-major.
    public let bytes: [UInt8]

    /// Reads a whole file with as many dimensions as said.
    /// - Throws: `ArchiveError` where it cannot be opened or read or ends early, ``DatasetError`` where it has
    ///   another magic number or holds more bytes than its header says.
    public init(path: String, dimensions: Int) throws {
        self.path = path
        let file = try GzipFile(path: path)
        let header = try file.read(exactly: 4 + 4 * dimensions, what: "the header")
        let magic: [UInt8] = [0, 0, 8, UInt8(dimensions)]
        guard header.starts(with: magic) else {
            throw DatasetError(
                path, "wrong magic number \(Self.hexadecimal(header.prefix(4)))",
                advice: "an idx file of bytes in \(dimensions) dimensions begins with "
                    + Self.hexadecimal(magic[...]))
        }
        let extents = (0..<dimensions).map { dimension in
            header[4 + 4 * dimension..<8 + 4 * dimension].reduce(0) { $0 << 8 | Int($1) }
        }
        guard let elements = Bounds.count(extents, limit: .max) else {
            throw DatasetError(path, "the header's extents are absurd", advice: "the file is damaged")
        }
        shape = extents
        bytes = try file.read(exactly: elements, what: "the elements of \(extents)")
        guard try file.read(upTo: 1).isEmpty else {
            throw DatasetError(
                path, "bytes follow after the \(elements) that the header \(extents) announces",
                advice: "the file is damaged")
        }
    }

    private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String {
        "0x" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
