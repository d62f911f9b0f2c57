/// Writes npy files.
enum NumpyBytes {
    /// An npy file, version 1, of elements given as bytes.
    static func file(_ type: String, shape: [Int], isFortranOrder: Bool = false, _ elements: [UInt8])
        -> [UInt8]
    {
        let extents = shape.map { "\($0)," }.joined(separator: " ")
        var header =
            "{'descr': '\(type)', 'fortran_order': \(isFortranOrder ? "True" : "False"), 'shape': (\(extents)), }"
        header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
        let length = header.utf8.count
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length % 256), UInt8(length / 256)]
            + Array(header.utf8)
            + elements
    }

    /// The bytes of integers or floats of a numpy type such as `<i4`.
    static func elements(_ type: String, _ values: [Int]) -> [UInt8] {
        values.flatMap { value -> [UInt8] in
            func bytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
                withUnsafeBytes(of: type.hasPrefix(">") ? value.bigEndian : value.littleEndian) { Array($0) }
            }
            return switch type.dropFirst() {
            case "u1": bytes(UInt8(value))
            case "i1": bytes(Int8(value))
            case "u2": bytes(UInt16(value))
            case "i2": bytes(Int16(value))
            case "u4": bytes(UInt32(value))
            case "i4": bytes(Int32(value))
            case "u8": bytes(UInt64(value))
            case "i8": bytes(Int64(value))
            case "f4": bytes(Float(value).bitPattern)
            default: bytes(Double(value).bitPattern)
            }
        }
    }
}
