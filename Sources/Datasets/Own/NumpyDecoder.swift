/// Numbers in the bytes of an array.
enum NumpyDecoder {
    /// The bits of an element, the highest first.
    static func bits(_ bytes: [UInt8], at start: Int, size: Int, isBigEndian: Bool) -> UInt64 {
        var bits: UInt64 = 0
        for offset in 0..<size {
            bits = bits << 8 | UInt64(bytes[start + (isBigEndian ? offset : size - 1 - offset)])
        }
        return bits
    }

    /// An element that is an integer or a truth value. Unsigned ones of 64 bits must fit a signed one; else they
    /// become the largest, which no label is.
    static func integer(_ bytes: [UInt8], at start: Int, _ header: NumpyHeader) -> Int {
        let size = header.element.size
        let bits = bits(bytes, at: start, size: size, isBigEndian: header.isBigEndian)
        guard case .signed = header.element else { return Int(clamping: bits) }
        let shift = 64 - 8 * size
        return Int(Int64(bitPattern: bits << UInt64(shift)) >> Int64(shift))
    }

    /// An element that is a number.
    static func number(_ bytes: [UInt8], at start: Int, _ header: NumpyHeader) -> Double {
        switch header.element {
        case .float(let size):
            let bits = bits(bytes, at: start, size: size, isBigEndian: header.isBigEndian)
            switch size {
            case 2: return Double(Float16(bitPattern: UInt16(truncatingIfNeeded: bits)))
            case 4: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
            default: return Double(bitPattern: bits)
            }
        case .unsigned(bytes: 8):
            return Double(bits(bytes, at: start, size: 8, isBigEndian: header.isBigEndian))
        default: return Double(integer(bytes, at: start, header))
        }
    }

    /// All elements in `bytes` as floats.
    static func floats(_ bytes: [UInt8], _ header: NumpyHeader) -> [Float] {
        let size = header.element.size
        // What almost every file holds, as it lies in memory.
        if case .float(bytes: 4) = header.element, !header.isBigEndian {
            return bytes.withUnsafeBytes { raw in
                (0..<raw.count / 4).map { raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
            }
        }
        return stride(from: 0, to: bytes.count, by: size).map { Float(number(bytes, at: $0, header)) }
    }
}
