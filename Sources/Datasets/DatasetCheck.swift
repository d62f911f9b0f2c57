import Files
import Store

/// A directory of shards whose every byte was read and found right, and what it holds.
public struct DatasetCheck: Sendable {
    /// What the shards of a split hold.
    public struct Part: Sendable, Equatable {
        /// The split.
        public let split: Split
        /// Number of shards.
        public let shards: Int
        /// Number of samples.
        public let count: Int
        /// Samples of each class; empty without labels.
        public let classCounts: [Int]
        /// The smallest and the largest input, a stored value times the scale; `nil` without samples.
        public let range: ClosedRange<Double>?
    }

    /// One shard as an example of all: what they have in common.
    public let example: ShardSummary
    /// The splits that are there.
    public let parts: [Part]

    /// Checks a directory.
    /// - Parameter progress: is told after every piece.
    /// - Throws: ``DatasetError`` or `StoreError` for the first thing that is wrong: a checksum, a count, a value
    ///   that is not finite or outside of the range that its shard announces, a label without a name, an
    ///   attribute that is neither 0 nor 1, a library size that is not the sum of its sample, an id that is there
    ///   twice, splits that do not belong together.
    public init(_ directory: String, progress: PreparationProgress.Handler = { _ in }) throws {
        var splits =
            try Directory.exists(directory)
            ? Split.allCases.filter { try Dataset.hasSplit($0, in: directory) } : []
        // Without any, opening the first says what is missing.
        if splits.isEmpty { splits = [.train] }
        let all = try splits.map { ($0, try Dataset.openShards(directory: directory, split: $0)) }
        let first = all[0].1[0]
        for (_, shards) in all.dropFirst() { try Dataset.compare(shards[0], with: first) }
        let total = all.reduce(0) { $0 + $1.1.reduce(0) { $0 + $1.count } }
        var done = 0
        parts = try all.map { split, shards in
            try Self.check(split, shards) { rows in
                done += rows
                progress(PreparationProgress("checking", done: done, of: total))
            }
        }
        example = try ShardSummary(first.path)
    }

    private static func check(_ split: Split, _ shards: [Shard], advance: (Int) -> Void) throws -> Part {
        var seen: Set<String> = []
        var counts: [Int] = []
        var range: ClosedRange<Double>?
        for shard in shards {
            try HDF5File.verify(shard.path)
            for label in try shard.readLabels(rows: shard.count) ?? [] {
                let label = Int(label)
                if label >= counts.count { counts += Array(repeating: 0, count: label + 1 - counts.count) }
                counts[label] += 1
            }
            _ = try shard.readFineLabels()
            if let attributes = shard.attributes {
                let values = try attributes.read(as: Int.self)
                if let index = values.firstIndex(where: { $0 != 0 && $0 != 1 }) {
                    throw DatasetError(
                        "/attributes in \(shard.path)",
                        "row \(index / max(1, attributes.rowCount)) has \(values[index])",
                        advice: "0 or 1 is expected")
                }
            }
            if let ids = try shard.readIDs(rows: shard.count) {
                for row in 0..<ids.count where !seen.insert(ids[row]).inserted {
                    throw DatasetError(
                        "/ids in \(shard.path)", "'\(ids[row])' in row \(row) is there a second time",
                        advice: "ids must differ within a split")
                }
            }
            if let found = try checkValues(shard, advance: advance) {
                range =
                    min(
                        range?.lowerBound ?? .infinity, found.lowerBound)...max(
                        range?.upperBound ?? -.infinity, found.upperBound)
            }
        }
        if shards[0].labels != nil, counts.count < shards[0].classNames.count {
            counts += Array(repeating: 0, count: shards[0].classNames.count - counts.count)
        }
        return Part(
            split: split, shards: shards.count, count: shards.reduce(0) { $0 + $1.count },
            classCounts: counts,
            range: range)
    }

    /// Reads all samples; returns the range of the inputs.
    private static func checkValues(_ shard: Shard, advance: (Int) -> Void) throws -> ClosedRange<Double>? {
        let sizes = try shard.librarySizes?.read(as: Double.self)
        var range: ClosedRange<Double>?
        let features = shard.samples.rowCount
        try shard.forEachPiece { rows, values in
            if let index = values.firstIndex(where: {
                !$0.isFinite && !(shard.mayMiss && $0.isNaN)
            }) {
                throw DatasetError(
                    "/x in \(shard.path)",
                    "row \(rows.lowerBound + index / features), column \(index % features) is \(values[index])",
                    advice: "remove or mend that sample")
            }
            if let sizes {
                for row in rows {
                    let start = (row - rows.lowerBound) * features
                    let sum = values[start..<start + features - shard.covariates].reduce(0) {
                        $0 + Double($1)
                    }
                    guard abs(sum - sizes[row]) <= 1e-6 * max(1, sum) else {
                        throw DatasetError(
                            "/library_size in \(shard.path)",
                            "row \(row) has \(sizes[row]), its values sum to \(sum)")
                    }
                }
            }
            // A missing value is no extreme.
            let least = values.reduce(Float.infinity) { $1 < $0 ? $1 : $0 }
            let most = values.reduce(-Float.infinity) { $1 > $0 ? $1 : $0 }
            if least <= most {
                let (low, high) = (Double(least) * shard.scale, Double(most) * shard.scale)
                range = min(range?.lowerBound ?? low, low)...max(range?.upperBound ?? high, high)
            }
            advance(rows.count)
        }
        if let range, try shard.file.root.hasAttribute("value_range") {
            let said = try shard.file.root.attributeList("value_range", as: Double.self)
            let tolerance = 1e-6 * max(abs(range.lowerBound), abs(range.upperBound))
            guard said.count == 2, abs(said[0] - range.lowerBound) <= tolerance,
                abs(said[1] - range.upperBound) <= tolerance
            else {
                throw DatasetError(
                    shard.path,
                    "attribute 'value_range' says \(said), inputs are from \(range.lowerBound) to \(range.upperBound)"
                )
            }
        }
        return range
    }
}

extension Shard {
    /// Hands all samples to `body`, some mebibytes at a time, as they are stored: `[rows.count, features]`.
    func forEachPiece(_ body: (_ rows: Range<Int>, _ values: [Float]) throws -> Void) throws {
        let step = max(1, (1 << 20) / samples.rowCount)
        for start in stride(from: 0, to: count, by: step) {
            let rows = start..<min(start + step, count)
            try body(rows, samples.readRounded(rows: rows))
        }
    }
}
