/// The fields of a message of Protocol Buffers, one after the other.
struct ProtocolBufferReader: Sequence, IteratorProtocol {
    /// A field: its number, and what it holds.
    enum Field: Equatable {
        /// An integer (wire type 0).
        case integer(UInt64, UInt64)
        /// A text, bytes or a message (wire type 2).
        case delimited(UInt64, [UInt8])
        /// A number of 4 or 8 bytes (wire types 5 and 1), which nobody here asks for.
        case number(UInt64)
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    /// The next field; nil at the end, or where the bytes are no message.
    mutating func next() -> Field? {
        guard let key = variable() else { return nil }
        switch key & 7 {
        case 0: return variable().map { .integer(key >> 3, $0) }
        case 1: return take(8).map { _ in .number(key >> 3) }
        case 5: return take(4).map { _ in .number(key >> 3) }
        case 2:
            guard let length = variable().flatMap(Int.init(exactly:)), let contents = take(length) else {
                return nil
            }
            return .delimited(key >> 3, Array(contents))
        default: return nil
        }
    }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= rest.count else {
            rest = []
            return nil
        }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    private mutating func variable() -> UInt64? {
        var value: UInt64 = 0
        for place in 0..<10 {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << (7 * UInt64(place))
            if byte & 0x80 == 0 { return value }
        }
        return nil
    }
}
