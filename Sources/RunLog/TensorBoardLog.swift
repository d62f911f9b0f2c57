import Foundation

/// A run as a TensorBoard event file: its settings as hyperparameters; one scalar for each number of ``EpochRecord``, under
/// the names of `metrics.jsonl`, step by epoch over all phases; pictures at the step that they were made after.
///
/// TensorBoard takes every file for one of events whose name holds "tfevents". Not thread-safe.
public final class TensorBoardLog {
    /// A picture with its name.
    public struct Picture: Sendable {
        let name: String
        let height: Int
        let width: Int
        /// 1 for grey, 3 for red, green and blue.
        let channels: Int
        let png: [UInt8]

        /// A PNG file of so many pixels.
        public init(name: String, height: Int, width: Int, channels: Int, png: [UInt8]) {
            (self.name, self.height, self.width) = (name, height, width)
            (self.channels, self.png) = (channels, png)
        }
    }

    /// Where the file is.
    public let path: String
    private let file: AppendingFile
    private var step: Int
    /// Names of the pictures of the last epoch, which a resumed run makes once more.
    private var shown: Set<String>

    /// Opens the file with exactly the epochs of `history`, as ``MetricsLog`` does, and with the pictures that it has
    /// already of those epochs.
    ///
    /// - Parameter settings: dotted keys with their values as YAML has them; none for a run without hyperparameters.
    /// - Throws: `StoreError`, ``RunLogError``.
    public init(
        path: String, history: [EpochRecord] = [], settings: [(key: String, value: String)] = []
    ) throws {
        self.path = path
        step = history.count
        var events = [Self.event { $0.text(3, "brain.Event:2") }]
        if !settings.isEmpty { events.append(Self.start(settings)) }
        let pictures = Dictionary(
            grouping: EventRecord.read(path).compactMap { data in
                Self.picture(in: data).map { (step: $0.step, name: $0.name, data: data) }
            }, by: \.step)
        shown = Set((pictures[history.count - 1] ?? []).map(\.name))
        for (step, epoch) in history.enumerated() {
            events.append(Self.event(epoch, step: step))
            events += (pictures[step] ?? []).map(\.data)
        }
        file = try AppendingFile(path: path, contents: events.flatMap(EventRecord.around))
    }

    /// Adds an epoch. Nothing of it stays if it cannot be written whole.
    /// - Throws: ``RunLogError``.
    public func append(_ epoch: EpochRecord) throws(RunLogError) {
        try file.append(EventRecord.around(Self.event(epoch, step: step)))
        step += 1
        shown = []
    }

    /// Adds pictures to the last epoch, but for names that it has. Nothing of one stays if it cannot be written whole.
    /// - Throws: ``RunLogError``.
    public func append(_ pictures: [Picture]) throws(RunLogError) {
        for picture in pictures where shown.insert(picture.name).inserted {
            try file.append(EventRecord.around(Self.event(picture, step: max(0, step - 1))))
        }
    }

    // Field numbers of tensorflow/core/util/event.proto and framework/summary.proto: Event { wall_time = 1, step = 2,
    // file_version = 3, summary = 5 }; Summary { value = 1 }; Value { tag = 1, simple_value = 2, image = 4, tensor = 8,
    // metadata = 9 }.

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

    /// `Image { height = 1, width = 2, colorspace = 3, encoded_image_string = 4 }`.
    private static func event(_ picture: Picture, step: Int) -> [UInt8] {
        event { message in
            message.integer(2, UInt64(step))
            message.message(5) { summary in
                summary.message(1) { value in
                    value.text(1, picture.name)
                    value.message(4) {
                        $0.integer(1, UInt64(picture.height))
                        $0.integer(2, UInt64(picture.width))
                        $0.integer(3, UInt64(picture.channels))
                        $0.bytes(4, picture.png)
                    }
                }
            }
        }
    }

    /// Step and name of an event with a picture; nil of other events.
    private static func picture(in event: [UInt8]) -> (step: Int, name: String)? {
        var step: UInt64 = 0
        var name: String?
        for field in ProtocolBufferReader(event) {
            switch field {
            case .integer(2, let value): step = value
            case .delimited(5, let summary):
                for case .delimited(1, let value) in ProtocolBufferReader(summary) {
                    let fields = Array(ProtocolBufferReader(value))
                    guard fields.contains(where: { if case .delimited(4, _) = $0 { true } else { false } })
                    else { continue }
                    for case .delimited(1, let text) in fields {
                        name = String(decoding: text, as: UTF8.self)
                    }
                }
            default: break
            }
        }
        guard let name, let step = Int(exactly: step) else { return nil }
        return (step, name)
    }

    /// What the plugin for hyperparameters calls the start of a session
    /// (tensorboard/plugins/hparams/plugin_data.proto, summary.py): `SummaryMetadata { plugin_data = 1 { plugin_name = 1,
    /// content = 2 } }`, the content being `HParamsPluginData { session_start_info = 3 { hparams = 1, start_time_secs = 5
    /// } }`, beside a tensor of one zero.
    private static func start(_ settings: [(key: String, value: String)]) -> [UInt8] {
        var content = ProtocolBuffer()
        content.message(3) { session in
            for (key, value) in settings {
                session.message(1) { entry in
                    entry.text(1, key)
                    entry.message(2) { hyperparameter(value, into: &$0) }
                }
            }
            session.double(5, Date().timeIntervalSince1970)
        }
        return event { message in
            message.message(5) { summary in
                summary.message(1) { value in
                    value.text(1, "_hparams_/session_start_info")
                    value.message(9) { metadata in
                        metadata.message(1) {
                            $0.text(1, "hparams")
                            $0.bytes(2, content.bytes)
                        }
                    }
                    // TensorProto { dtype = 1, tensor_shape = 2 { dim = 2 { size = 1 } }, float_val = 5 }.
                    value.message(8) { tensor in
                        tensor.integer(1, 1)
                        tensor.message(2) { $0.message(2) { $0.integer(1, 1) } }
                        tensor.bytes(5, [0, 0, 0, 0])
                    }
                }
            }
        }
    }

    /// `google.protobuf.Value { number_value = 2, string_value = 3, bool_value = 4 }`.
    private static func hyperparameter(_ value: String, into message: inout ProtocolBuffer) {
        if let flag = Bool(value) {
            message.integer(4, flag ? 1 : 0)
        } else if let number = Double(value), number.isFinite {
            message.double(2, number)
        } else {
            message.text(3, value)
        }
    }

    private static func event(_ body: (inout ProtocolBuffer) -> Void) -> [UInt8] {
        var message = ProtocolBuffer()
        message.double(1, Date().timeIntervalSince1970)
        body(&message)
        return message.bytes
    }
}

/// The bytes of an integer, the lowest first.
func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
