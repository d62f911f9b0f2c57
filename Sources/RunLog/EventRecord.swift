import Files
import Foundation

/// Entries of an event file: TFRecord, which is length, its checksum, the data, their checksum; little-endian
/// (https://www.tensorflow.org/tutorials/load_data/tfrecord).
enum EventRecord {
    /// An entry around some data.
    static func around(_ data: [UInt8]) -> [UInt8] {
        let length = littleEndian(UInt64(data.count))
        return length + littleEndian(maskedChecksum(length)) + data + littleEndian(maskedChecksum(data))
    }

    /// The data of the entries of a file, as far as they are whole; none where there is no such file.
    static func read(_ path: String) -> [[UInt8]] {
        guard let file = try? FileReader(path) else { return [] }
        var entries: [[UInt8]] = []
        var place = 0
        while place + 12 <= file.count, let head = try? file.bytes(place..<place + 12) {
            let length = head[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            guard head[8...].elementsEqual(littleEndian(maskedChecksum(Array(head[..<8])))),
                let count = Int(exactly: length), count <= file.count - place - 16,
                let data = try? file.bytes(place + 12..<place + 16 + count),
                data[count...].elementsEqual(littleEndian(maskedChecksum(Array(data[..<count]))))
            else { break }
            entries.append(Array(data[..<count]))
            place += 16 + count
        }
        return entries
    }

    private static func maskedChecksum(_ bytes: [UInt8]) -> UInt32 {
        let checksum = crc32c(bytes)
        return (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
    }
}

/// CRC-32C (Castagnoli), bit by bit: events are short.
func crc32c(_ bytes: [UInt8]) -> UInt32 {
    var checksum = ~UInt32(0)
    for byte in bytes {
        checksum ^= UInt32(byte)
        for _ in 0..<8 { checksum = checksum >> 1 ^ (checksum & 1 == 0 ? 0 : 0x82F6_3B78) }
    }
    return ~checksum
}
