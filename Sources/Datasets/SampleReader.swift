import Store

/// Reads samples from their shards, each piece once. At most one thread at a time may use it.
public final class SampleReader: @unchecked Sendable {
    private let samples: StoredSamples
    /// Files that are open, the latest last.
    private var files: [(part: Int, rows: HDF5Dataset)] = []
    private let piece: RowBlock

    /// Open-file limit: a data set may have more shards than a process may have open files.
    private static let mostFiles = 32

    /// A reader without open files.
    public init(_ samples: StoredSamples) {
        self.samples = samples
        piece = RowBlock(samples)
    }

    /// Fills a block with samples, in any order, any of them more than once: each has one row.
    /// - Throws: `StoreError` with file and dataset where something cannot be read.
    public func read(_ wanted: [Int32], into block: RowBlock) throws {
        // In the order of the files, the place in `wanted` in the low bits.
        let sorted = wanted.enumerated().map { UInt64($1) << 32 | UInt64($0) }.sorted()
        func sample(_ index: Int) -> Int { Int(sorted[index] >> 32) }
        let repeated = sorted.indices.dropFirst().count { sample($0) == sample($0 - 1) }
        block.clear(slots: wanted.count, room: wanted.count - repeated)
        var piece = 0
        var next = 0
        var row = 0
        while next < sorted.count {
            piece = pieceIndex(of: sample(next), from: piece)
            let end = Int(samples.pieces[piece + 1])
            var together: [Int] = []
            while next < sorted.count, sample(next) < end {
                if together.last != sample(next) { together.append(sample(next)) }
                block.slots[Int(sorted[next] & 0xFFFF_FFFF)] = Int32(row + together.count - 1)
                next += 1
            }
            try read(together, into: block)
            row += together.count
        }
    }

    /// Appends ascending samples of one piece to a block.
    private func read(_ wanted: [Int], into block: RowBlock) throws {
        let span = wanted[0]..<wanted[wanted.count - 1] + 1
        let part = samples.parts.partitionIndex { $0.firstSample > span.lowerBound } - 1
        let firstSample = samples.parts[part].firstSample
        let rows = span.lowerBound - firstSample..<span.upperBound - firstSample
        if span.count == wanted.count {
            try block.append(rows, of: file(part))
        } else {
            // The library decodes the whole piece in any case, and is slow at picking single rows.
            piece.clear(slots: 0, room: span.count)
            try piece.append(rows, of: file(part))
            for sample in wanted { block.append(sample - span.lowerBound, of: piece) }
        }
    }

    private func pieceIndex(of sample: Int, from first: Int) -> Int {
        if sample < Int(samples.pieces[first + 1]) { return first }
        return samples.pieces.partitionIndex { Int($0) > sample } - 1
    }

    private func file(_ part: Int) throws -> HDF5Dataset {
        if let index = files.firstIndex(where: { $0.part == part }) { return files[index].rows }
        if files.count == Self.mostFiles { files.removeFirst() }
        let rows = try HDF5File.open(samples.parts[part].path).root.dataset("x")
        files.append((part, rows))
        return rows
    }
}

extension Array {
    /// The first index whose element has a property that all elements behind it have, too.
    fileprivate func partitionIndex(where holds: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
