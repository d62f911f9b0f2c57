import Store

/// Samples that stay in their shards and are read when they are needed.
///
/// They are divided into pieces: rows that are stored, checked and so best read together. Whatever reads many samples
/// should ask for those of one piece at the same time.
public struct StoredSamples: Sendable {
    /// Some samples of the data set in one file.
    struct Part {
        let path: String
        /// The sample that the file's first row is.
        let firstSample: Int
    }

    /// The files, in the order of the samples.
    let parts: [Part]
    /// The first sample of each piece, ascending, and behind them the number of samples: `[pieces + 1]`.
    public let pieces: [Int32]
    /// How rows of the files become features.
    let map: FeatureMap
    /// Numbers in one sample.
    public var features: Int { map.features }
    /// Whether samples are bytes; 32-bit floats otherwise.
    public let isBytes: Bool

    /// Bytes of one sample in memory.
    public var sampleBytes: Int { features * (isBytes ? 1 : 4) }

    /// Bytes of samples that are worth a read of their own.
    private static let pieceBytes = 1 << 18

    /// The first rows of shards: whole chunks each, or about as much of what has no chunks.
    init(_ shards: [(shard: Shard, count: Int)], isBytes: Bool, map: FeatureMap) throws {
        self.map = map
        self.isBytes = isBytes
        var parts: [Part] = []
        var pieces: [Int32] = []
        var sample = 0
        let wanted = Self.pieceBytes / (map.width * (isBytes ? 1 : 4))
        for (shard, count) in shards {
            parts.append(Part(path: shard.path, firstSample: sample))
            let chunk = try shard.samples.chunkRows() ?? 1
            let rows = max(1, wanted / chunk) * chunk
            pieces += stride(from: sample, to: sample + count, by: rows).map(Int32.init)
            sample += count
        }
        self.parts = parts
        self.pieces = pieces + [Int32(sample)]
    }
}
