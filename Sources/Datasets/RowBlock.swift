import Store

/// Room for samples as they are stored, to be filled again and again.
public final class RowBlock: @unchecked Sendable {
    private let map: FeatureMap
    private let isBytes: Bool
    private var memory: UnsafeMutableRawPointer?
    private var capacity = 0
    private var count = 0

    /// The row of each sample that was asked for, in the order of asking.
    public internal(set) var slots: [Int32] = []

    /// The rows, `[rows, features]`, where samples are bytes.
    public var bytes: UnsafePointer<UInt8>? {
        isBytes ? UnsafePointer(memory?.assumingMemoryBound(to: UInt8.self)) : nil
    }
    /// The rows, `[rows, features]`, where samples are 32-bit floats.
    public var floats: UnsafePointer<Float>? {
        isBytes ? nil : UnsafePointer(memory?.assumingMemoryBound(to: Float.self))
    }

    /// No room yet.
    public init(_ samples: StoredSamples) {
        map = samples.map
        isBytes = samples.isBytes
    }

    deinit { memory?.deallocate() }

    private var features: Int { map.features }
    private var rowBytes: Int { features * (isBytes ? 1 : 4) }

    /// Empties the block and makes room for so many rows, and slots that say which of them was asked for.
    func clear(slots: Int, room: Int) {
        count = 0
        self.slots = Array(repeating: 0, count: slots)
        guard room > capacity else { return }
        memory?.deallocate()
        memory = .allocate(byteCount: room * rowBytes, alignment: 64)
        capacity = room
    }

    /// Appends rows of a file.
    func append(_ rows: Range<Int>, of file: HDF5Dataset) throws {
        if isBytes {
            try append(rows, of: file, as: UInt8.self)
        } else {
            try append(rows, of: file, as: Float.self)
        }
    }

    private func append<Element: SampleElement>(
        _ rows: Range<Int>, of file: HDF5Dataset, as element: Element.Type
    ) throws {
        precondition(count + rows.count <= capacity, "there is room for \(capacity) rows")
        guard let memory else { return }
        let target = (memory + count * rowBytes).assumingMemoryBound(to: element)
        try Element.read(
            file, rows: rows, as: map,
            into: UnsafeMutableBufferPointer(start: target, count: rows.count * features))
        count += rows.count
    }

    /// Appends a row of another block.
    func append(_ row: Int, of other: RowBlock) {
        precondition(count < capacity, "there is room for \(capacity) rows")
        guard let memory, let source = other.memory else { return }
        (memory + count * rowBytes).copyMemory(from: source + row * rowBytes, byteCount: rowBytes)
        count += 1
    }
}
