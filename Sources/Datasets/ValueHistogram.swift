import Store

/// How the inputs of a shard, stored values times the scale, are distributed.
public struct ValueHistogram: Sendable, Equatable {
    /// The smallest and the largest finite input.
    public let range: ClosedRange<Double>
    /// Mean of the finite inputs.
    public let mean: Double
    /// Share of the inputs that is 0.
    public let zeroShare: Double
    /// Inputs that are not finite.
    public let nonFiniteCount: Int
    /// Inputs in each of so many equal parts of the range; the upper bound belongs to the last.
    public let counts: [Int]

    /// Reads all samples of a shard, twice.
    /// - Parameter progress: is told after every piece.
    /// - Returns: `nil` where there are no finite inputs.
    /// - Throws: `StoreError` or ``DatasetError`` where it cannot be read.
    public init?(
        _ path: String, bins: Int = 16, progress: PreparationProgress.Handler = { _ in }
    ) throws {
        let shard = try Shard(path: path)
        var low = Float.infinity
        var high = -Float.infinity
        var (sum, zeros, finite, all) = (0.0, 0, 0, 0)
        func tell(_ rows: Range<Int>, _ pass: Int) {
            progress(
                PreparationProgress(
                    "reading", done: (pass * shard.count + rows.upperBound) / 2, of: shard.count))
        }
        try shard.forEachPiece { rows, values in
            for value in values where value.isFinite {
                low = min(low, value)
                high = max(high, value)
                sum += Double(value)
                finite += 1
                if value == 0 { zeros += 1 }
            }
            all += values.count
            tell(rows, 0)
        }
        guard finite > 0 else { return nil }
        var counts = [Int](repeating: 0, count: bins)
        let width = (Double(high) - Double(low)) / Double(bins)
        try shard.forEachPiece { rows, values in
            for value in values where value.isFinite {
                counts[width > 0 ? min(bins - 1, Int((Double(value) - Double(low)) / width)) : 0] += 1
            }
            tell(rows, 1)
        }
        range = Double(low) * shard.scale...Double(high) * shard.scale
        mean = sum / Double(finite) * shard.scale
        zeroShare = Double(zeros) / Double(all)
        nonFiniteCount = all - finite
        self.counts = counts
    }

    /// The lower bound of a part.
    public func lowerBound(of bin: Int) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * Double(bin) / Double(counts.count)
    }
}
