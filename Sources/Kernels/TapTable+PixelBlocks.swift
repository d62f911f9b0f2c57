extension TapTable {
    /// Output pixels in blocks of two by two, each with the input pixels that reach any of the four.
    ///
    /// Neighbouring outputs share most of their inputs. With many output channels that is of no use, since the
    /// channels already share every load; with one, the block is what keeps the multipliers busy.
    struct PixelBlocks: Sendable {
        /// Pixels of a block.
        static let size = 4

        /// Entries of block `b` are `start[b] ..< start[b + 1]`.
        var start: [Int32] = [0]
        /// The four output pixels of each block, -1 beyond the edge of the map.
        var output: [Int32] = []
        /// Input pixel of each entry.
        var input: [Int32] = []
        /// Kernel positions by which an entry reaches the four outputs, -1 where it does not.
        var position: [Int32] = []

        /// How many blocks there are.
        var count: Int { start.count - 1 }

        init(_ taps: Taps, width: Int) {
            let height = (taps.start.count - 1) / width
            for y in stride(from: 0, to: height, by: 2) {
                for x in stride(from: 0, to: width, by: 2) {
                    var entries: [Int32: [Int32]] = [:]
                    for slot in 0..<Self.size {
                        let (row, column) = (y + slot / 2, x + slot % 2)
                        let inside = row < height && column < width
                        output.append(inside ? Int32(row * width + column) : -1)
                        guard inside else { continue }
                        let pixel = row * width + column
                        for tap in Int(taps.start[pixel])..<Int(taps.start[pixel + 1]) {
                            entries[taps.other[tap], default: [-1, -1, -1, -1]][slot] = taps.position[tap]
                        }
                    }
                    for (pixel, positions) in entries.sorted(by: { $0.key < $1.key }) {
                        input.append(pixel)
                        position += positions
                    }
                    start.append(Int32(input.count))
                }
            }
        }
    }
}
