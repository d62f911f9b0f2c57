import TestSupport

/// Changes of files that are likely to lead a reader astray. The same generator makes the same changes.
struct Mutation {
    var generator: SplitMix64

    /// Numbers at the edges of what readers compute with.
    private static let edges: [UInt64] = [
        0, 1, 2, 3, 7, 8, 15, 16, 127, 128, 255, 256, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFF_FFFF,
        0x8000_0000,
        0xFFFF_FFFF, 1 << 32, 1 << 40, 1 << 56, .max >> 1, (.max >> 1) + 1, .max - 1, .max,
    ]

    /// Texts at the edges of what readers of text compute with.
    private static let words = [
        "", "0", "-1", "1e999", "-1e999", "nan", "inf", "9223372036854775807", "-9223372036854775808",
        "18446744073709551616", "1e300", "0.1e-400", "null", "true", "[]", "{}", "[[[[[[[[", "\"", "'", ",",
        "\n", ":",
        "*a", "&a", "(", ")", ";", "\u{0}", "\u{1B}[2J", "\u{FEFF}", String(repeating: "9", count: 400),
        String(repeating: "[", count: 3000), String(repeating: "(", count: 3000),
    ]

    /// A number from 0 to below `bound`, small ones more often; 0 where there is no other.
    mutating func number(_ bound: Int) -> Int {
        guard bound > 1 else { return 0 }
        return Int.random(in: 0..<Int.random(in: 1...bound, using: &generator), using: &generator)
    }

    /// Any place below `bound`.
    mutating func place(_ bound: Int) -> Int { bound > 0 ? .random(in: 0..<bound, using: &generator) : 0 }

    /// One of several.
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[place(elements.count)] }

    /// An integer at an edge, or near one.
    mutating func integer() -> Int {
        Int(truncatingIfNeeded: pick(Self.edges)) &+ (place(4) == 0 ? place(5) - 2 : 0)
    }

    /// A word at an edge.
    mutating func word() -> String { place(3) == 0 ? String(integer()) : pick(Self.words) }

    /// Some changes of bytes: flipped bits, other bytes, numbers at the edges in either order, parts that are missing,
    /// there twice, or from another place.
    mutating func bytes(_ original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0...number(6) { change(&bytes) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        // Beginnings, where headers are, more often than the rest.
        let start = place(2) == 0 ? place(min(bytes.count, 512)) : place(bytes.count)
        switch place(10) {
        case 0, 1: bytes[start] ^= 1 << UInt8(place(8))
        case 2: bytes[start] = pick([0, 1, 0x7F, 0x80, 0xFF, UInt8(place(256))])
        case 3, 4:
            let width = pick([1, 2, 4, 8])
            let number = pick(Self.edges)
            let isBig = place(2) == 0
            for index in 0..<width where start + index < bytes.count {
                bytes[start + index] = UInt8(
                    truncatingIfNeeded: number >> UInt64(8 * (isBig ? width - 1 - index : index)))
            }
        case 5: bytes.removeLast(place(bytes.count))
        case 6: bytes.removeSubrange(start..<min(bytes.count, start + 1 + number(64)))
        case 7:
            let end = min(bytes.count, start + 1 + number(256))
            bytes.insert(contentsOf: bytes[start..<end], at: place(bytes.count))
        case 8:
            let end = min(bytes.count, start + 1 + number(64))
            let target = place(bytes.count - (end - start) + 1)
            bytes.replaceSubrange(target..<target + (end - start), with: Array(bytes[start..<end]))
        default:
            let end = min(bytes.count, start + 1 + number(64))
            for index in start..<end { bytes[index] = 0 }
        }
    }

    /// Some changes of a text: words that become others, lines that are missing or there twice, and changes of bytes.
    mutating func text(_ original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0...number(4) {
            guard !bytes.isEmpty, place(4) > 0 else {
                bytes = self.bytes(bytes)
                continue
            }
            let isLine = place(4) == 0
            let range = isLine ? line(in: bytes) : token(in: bytes)
            switch place(3) {
            case 0 where isLine: bytes.removeSubrange(range)
            case 1 where isLine: bytes.insert(contentsOf: bytes[range], at: range.lowerBound)
            default: bytes.replaceSubrange(range, with: Array(word().utf8))
            }
        }
        return bytes
    }

    private mutating func line(in bytes: [UInt8]) -> Range<Int> {
        let middle = place(bytes.count)
        let start = bytes[..<middle].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return start..<(bytes[middle...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count)
    }

    /// Letters, digits and signs of numbers around some place.
    private mutating func token(in bytes: [UInt8]) -> Range<Int> {
        func isOfWord(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [0x2E, 0x2D, 0x2B, 0x5F].contains(byte)
        }
        var start = place(bytes.count)
        var end = start
        while start > 0, isOfWord(bytes[start - 1]) { start -= 1 }
        while end < bytes.count, isOfWord(bytes[end]) { end += 1 }
        return start..<end
    }
}
