/// A count cut into pieces of at most `limit`, since the native library counts in 32 bits.
struct Pieces: Sequence, IteratorProtocol {
    private var offset = 0
    private let count: Int
    private let limit: Int

    init(of count: Int, limit: Int) {
        precondition(count >= 0 && limit > 0, "a count is not negative, a piece is not empty")
        self.count = count
        self.limit = limit
    }

    mutating func next() -> Range<Int>? {
        guard offset < count else { return nil }
        let piece = offset..<Swift.min(count, offset + limit)
        offset = piece.upperBound
        return piece
    }
}
