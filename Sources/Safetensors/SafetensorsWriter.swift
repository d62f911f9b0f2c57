import Files

/// Writes a safetensors file whose tensors are made one after the other, so that no more than one is in memory.
public struct SafetensorsWriter {
    private var parts: [Part] = []
    private let metadata: [String: String]

    private struct Part {
        var name: String
        var element: SafetensorsTensor.Element
        var shape: [Int]
        var values: () -> [UInt8]
        var byteCount: Int { shape.reduce(1, *) * element.size }
    }

    /// A file without tensors.
    /// - Parameter metadata: texts beside the tensors; programs that read PyTorch's files expect `format: pt`.
    public init(metadata: [String: String]) {
        self.metadata = metadata
    }

    /// Adds a tensor under a name that is not taken yet.
    /// - Parameter values: its values, row-major, as bytes of a little-endian machine; asked for once.
    public mutating func add(
        _ name: String, _ element: SafetensorsTensor.Element, shape: [Int], values: @escaping () -> [UInt8]
    ) {
        precondition(!parts.contains { $0.name == name }, "tensor \(name) is there already")
        parts.append(Part(name: name, element: element, shape: shape, values: values))
    }

    /// Writes the file whole or not at all.
    /// - Throws: `StoreError` where it cannot be written.
    public func write(to path: String) throws {
        // Wide values first: so all of them lie aligned.
        let parts = parts.filter { $0.element.size == 8 } + parts.filter { $0.element.size < 8 }
        var end = 0
        let tensors = parts.map { part in
            defer { end += part.byteCount }
            return SafetensorsTensor(
                name: part.name, type: part.element.rawValue, shape: part.shape,
                bytes: end..<end + part.byteCount)
        }
        let header = try SafetensorsHeader.bytes(tensors, metadata: metadata)
        let file = try FileWriter(path)
        try file.append((0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) })
        try file.append(header)
        for part in parts {
            let bytes = part.values()
            precondition(bytes.count == part.byteCount, "\(part.name) has \(bytes.count) bytes")
            try file.append(bytes)
        }
        try file.close()
    }
}
