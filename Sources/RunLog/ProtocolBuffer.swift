/// A message of Protocol Buffers in the making, field by field.
struct ProtocolBuffer {
    private(set) var bytes: [UInt8] = []

    /// An integer (wire type 0).
    mutating func integer(_ field: UInt64, _ value: UInt64) {
        key(field, 0)
        variable(value)
    }

    /// A 64-bit float (wire type 1).
    mutating func double(_ field: UInt64, _ value: Double) {
        key(field, 1)
        bytes += littleEndian(value.bitPattern)
    }

    /// A 32-bit float (wire type 5).
    mutating func float(_ field: UInt64, _ value: Float) {
        key(field, 5)
        bytes += littleEndian(value.bitPattern)
    }

    /// A text (wire type 2).
    mutating func text(_ field: UInt64, _ value: String) {
        bytes(field, Array(value.utf8))
    }

    /// A message inside this one (wire type 2).
    mutating func message(_ field: UInt64, _ body: (inout ProtocolBuffer) -> Void) {
        var message = ProtocolBuffer()
        body(&message)
        bytes(field, message.bytes)
    }

    /// Bytes (wire type 2).
    mutating func bytes(_ field: UInt64, _ contents: [UInt8]) {
        key(field, 2)
        variable(UInt64(contents.count))
        bytes += contents
    }

    private mutating func key(_ field: UInt64, _ wireType: UInt64) { variable(field << 3 | wireType) }

    /// Seven bits a byte, the lowest first; the eighth says that more follow.
    private mutating func variable(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
