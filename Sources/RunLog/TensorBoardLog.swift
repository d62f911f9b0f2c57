import Foundation

/// The epochs of a run as a TensorBoard event file: one scalar for each number of ``EpochRecord``, under the names
/// of `metrics.jsonl`, step by epoch over all phases.
///
/// TensorBoard takes every file for one of events whose name holds "tfevents". Not thread-safe.
public final class TensorBoardLog {
    /// Where the file is.
    public let path: String
    private let file: AppendingFile
    private var step: Int

    /// Opens the file with exactly the epochs of `history`, as ``MetricsLog`` does.
    /// - Throws: `StoreError`, ``RunLogError``.
    public init(path: String, history: [EpochRecord] = []) throws {
        self.path = path
        step = history.count
        var contents = Self.record(Self.event { $0.text(3, "brain.Event:2") })
        for (step, epoch) in history.enumerated() { contents += Self.record(Self.event(epoch, step: step)) }
        file = try AppendingFile(path: path, contents: contents)
    }

    /// Adds an epoch. Nothing of it stays if it cannot be written whole.
    /// - Throws: ``RunLogError``.
    public func append(_ epoch: EpochRecord) throws(RunLogError) {
        try file.append(Self.record(Self.event(epoch, step: step)))
        step += 1
    }

    /// `Event { wall_time = 1, step = 2, summary = 5 }` with `Summary { value = 1 { tag = 1, simple_value = 2 } }`
    /// (tensorflow/core/util/event.proto, framework/summary.proto).
    private static func event(_ epoch: EpochRecord, step: Int) -> [UInt8] {
        event { message in
            message.integer(2, UInt64(step))
            message.message(5) { summary in
                for column in EpochRecord.Column.allCases {
                    guard let value = epoch[column] else { continue }
                    summary.message(1) {
                        $0.text(1, column.rawValue)
                        $0.float(2, Float(value))
                    }
                }
            }
        }
    }

    private static func event(_ body: (inout ProtocolBuffer) -> Void) -> [UInt8] {
        var message = ProtocolBuffer()
        message.double(1, Date().timeIntervalSince1970)
        body(&message)
        return message.bytes
    }

    /// TFRecord: length, its checksum, the data, their checksum; little-endian
    /// (https://www.tensorflow.org/tutorials/load_data/tfrecord).
    private static func record(_ data: [UInt8]) -> [UInt8] {
        let length = littleEndian(UInt64(data.count))
        return length + littleEndian(maskedChecksum(length)) + data + littleEndian(maskedChecksum(data))
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

/// The bytes of an integer, the lowest first.
func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
