internal import CZlib

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
    /// - Throws: ``DatasetError`` where it cannot be opened, has another magic number, or holds fewer or
    ///   more bytes than its header says.
    public init(path: String, dimensions: Int) throws(DatasetError) {
        self.path = path
        guard let stream = gzopen(path, "rb") else {
            throw DatasetError(path, "cannot be opened", advice: "check the path and its permissions")
        }
        defer { gzclose(stream) }
        gzbuffer(stream, 1 << 17)

        let header = try Self.read(4 + 4 * dimensions, from: stream, path: path, what: "the header")
        let magic: [UInt8] = [0, 0, 8, UInt8(dimensions)]
        guard header.starts(with: magic) else {
            throw DatasetError(
                path, "wrong magic number \(Self.hexadecimal(header.prefix(4)))",
                advice: "an idx file of bytes in \(dimensions) dimensions begins with "
                    + Self.hexadecimal(magic[...]))
        }
        var extents: [Int] = []
        var elements = 1
        for dimension in 0..<dimensions {
            let extent = header[4 + 4 * dimension..<8 + 4 * dimension].reduce(0) { $0 << 8 | Int($1) }
            let (product, overflow) = elements.multipliedReportingOverflow(by: extent)
            guard !overflow else {
                throw DatasetError(path, "the header's extents are absurd", advice: "the file is damaged")
            }
            extents.append(extent)
            elements = product
        }
        shape = extents
        bytes = try Self.read(elements, from: stream, path: path, what: "the elements of \(extents)")
        guard try Self.read(upTo: 1, from: stream, path: path).isEmpty else {
            throw DatasetError(
                path, "bytes follow after the \(elements) that the header \(extents) announces",
                advice: "the file is damaged")
        }
    }

    /// Reads exactly `count` bytes, making room only for what is there.
    private static func read(
        _ count: Int, from stream: gzFile, path: String, what: String
    ) throws(DatasetError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let part = try read(upTo: min(1 << 20, count - bytes.count), from: stream, path: path)
            if part.isEmpty {
                throw DatasetError(
                    path, "truncated: \(bytes.count) of \(count) bytes of \(what)",
                    advice: "copy or download it again")
            }
            bytes += part
        }
        return bytes
    }

    /// Reads up to `count` bytes; none at the end of the file.
    private static func read(
        upTo count: Int, from stream: gzFile, path: String
    ) throws(DatasetError) -> [UInt8] {
        var failure: DatasetError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            let result = gzread(stream, buffer.baseAddress, UInt32(count))
            initialized = max(0, Int(result))
            var code: Int32 = 0
            let message = gzerror(stream, &code).map { String(cString: $0) } ?? ""
            // A stream that ends early is an error of its own to zlib, even where bytes came before it.
            if result < 0 || (result < count && code != Z_OK && code != Z_STREAM_END) {
                failure = DatasetError(
                    path, "cannot be decompressed: \(message)", advice: "copy or download it again")
            }
        }
        if let failure { throw failure }
        return bytes
    }

    private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String {
        "0x" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
