import Files

/// A file of named tensors in the format of <https://huggingface.co/docs/safetensors>: eight bytes with the length of
/// the header, the header, which is JSON, and the values of all tensors, little-endian, without gaps.
///
/// Nothing that the header says is believed before it has been compared with the size of the file.
public struct SafetensorsFile {
    /// The file's path.
    public let path: String
    /// All tensors, by name.
    public let tensors: [String: SafetensorsTensor]
    /// Texts that the writer left beside the tensors.
    public let metadata: [String: String]
    private let reader: FileReader
    private let start: Int

    /// The format's own limit.
    private static var largestHeader: Int { 100_000_000 }

    /// Opens a file, and reads and checks its header.
    /// - Throws: `StoreError` where it cannot be read; ``SafetensorsError`` where it is no such file, or damaged.
    public init(_ path: String) throws {
        self.path = path
        reader = try FileReader(path)
        guard reader.count >= 8 else {
            throw SafetensorsError(path, "it is no safetensors file: it has \(reader.count) bytes")
        }
        let length = try reader.bytes(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(min(Self.largestHeader, reader.count - 8)) else {
            throw SafetensorsError(
                path,
                "it is no safetensors file, or it is cut off: a header of \(length) bytes does not fit in \(reader.count)"
            )
        }
        start = 8 + Int(length)
        let header = try SafetensorsHeader(try reader.bytes(8..<start), path: path)
        try header.check(dataBytes: reader.count - start, path: path)
        metadata = header.metadata
        tensors = Dictionary(uniqueKeysWithValues: header.tensors.map { ($0.name, $0) })
    }

    /// The values of a tensor of this file, row-major; what is stored as 32-bit floats keeps its value.
    /// - Throws: `StoreError` where they cannot be read; ``SafetensorsError`` where they are no 32-bit or 64-bit floats.
    public func doubles(of tensor: SafetensorsTensor) throws -> [Double] {
        let range = start + tensor.bytes.lowerBound..<start + tensor.bytes.upperBound
        switch tensor.element {
        case .float:
            return try reader.bytes(range).withUnsafeBytes { bytes in
                stride(from: 0, to: bytes.count, by: 4).map {
                    let bits = bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self)
                    return Double(Float(bitPattern: UInt32(littleEndian: bits)))
                }
            }
        case .double:
            return try reader.bytes(range).withUnsafeBytes { bytes in
                stride(from: 0, to: bytes.count, by: 8).map {
                    let bits = bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)
                    return Double(bitPattern: UInt64(littleEndian: bits))
                }
            }
        case .integer, nil:
            throw SafetensorsError(
                path, "the values of \(tensor.name) are of type \(tensor.type); F32 and F64 are read")
        }
    }
}
