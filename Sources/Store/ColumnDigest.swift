import Files

/// What is known of a dataset's values while they are handed over, some rows at a time.
final class ColumnDigest {
    private let type: String
    private let shape: [Int]
    private let all = RunningDigest()
    private var chunks: ChunkDigests?
    private var rows = 0

    /// No rows yet.
    /// - Parameter chunks: what takes digests of single chunks, where they are wanted.
    init(type: String, shape: [Int], chunks: ChunkDigests?) {
        self.type = type
        self.shape = shape
        self.chunks = chunks
    }

    /// The first row that is still to come.
    var nextRow: Int { rows }

    /// Takes in the next rows.
    func take(_ bytes: UnsafeRawBufferPointer, rows count: Int) {
        rows += count
        if chunks == nil { all.update(bytes) } else { chunks?.take(bytes) }
    }

    /// The digests of the chunks; nil where none were wanted.
    func chunkValues() -> [Int64]? { chunks?.values() }

    /// Says what was handed over.
    /// - Throws: ``StoreError`` where rows are missing.
    func describe(_ path: String, in contents: inout Contents, file: String) throws(StoreError) {
        let wanted = shape.first ?? 1
        guard rows == wanted else {
            throw StoreError(
                operation: "finish", file: file, object: path,
                reason: "\(rows) of its \(wanted) rows were written")
        }
        contents.setDataset(path, type: type, shape: shape, digest: chunks == nil ? all.text : nil)
    }
}

/// XXH3-64 of the values of each chunk, one after the other.
struct ChunkDigests {
    /// The attribute of a dataset that holds them.
    static let attribute = "chunk_digests"

    private let bytesPerChunk: Int
    private var finished: [Int64] = []
    private var current = RunningDigest()
    private var filled = 0

    /// Of no values yet.
    init(bytesPerChunk: Int) { self.bytesPerChunk = max(1, bytesPerChunk) }

    /// Takes in the next values.
    mutating func take(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = rest.prefix(bytesPerChunk - filled)
            current.update(UnsafeRawBufferPointer(rebasing: part))
            filled += part.count
            rest = rest.dropFirst(part.count)
            if filled == bytesPerChunk { end() }
        }
    }

    /// All of them, the last chunk's included, which may be shorter.
    mutating func values() -> [Int64] {
        if filled > 0 { end() }
        return finished
    }

    private mutating func end() {
        finished.append(current.number)
        current = RunningDigest()
        filled = 0
    }
}
