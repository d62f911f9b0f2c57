import Files

/// Writes data sets as directories of shards.
public enum ShardWriter {
    /// Writes all samples of `source` into `directory`, which must be new or empty.
    ///
    /// The shards are written into a hidden directory beside it, a chunk at a time, verified, and moved into
    /// place together: on any error nothing stays behind. A split without samples gets no shards.
    /// - Parameter progress: is told after every block.
    /// - Returns: what was written of each split that has samples.
    /// - Throws: ``DatasetError`` where the directory is in use, or a value is not a finite number or, among counts, not a count; `StoreError` where something cannot be
    ///   written; whatever the source throws.
    @discardableResult
    public static func write(
        _ source: any SampleSource, to directory: String, plan: ShardPlan = ShardPlan(),
        progress: PreparationProgress.Handler = { _ in }
    ) throws -> [PreparedSplit] {
        guard plan.shards > 0 else { throw DatasetError(directory, "\(plan.shards) shards were asked for") }
        let splits = source.division.splits(testFraction: plan.testFraction, seed: plan.seed)
        let counts = Split.allCases.map { split in (split, splits.count { $0 == split }) }
        let isOfUse =
            switch source.division {
            // A publisher's test split may be all that there is, to evaluate on.
            case .given: !splits.isEmpty
            case .pool: splits.contains(.train)
            }
        guard isOfUse else {
            throw DatasetError(
                source.schema.source, "it holds no samples to train on: \(splits.count) in all",
                advice: splits.isEmpty ? nil : "ask for a smaller test fraction")
        }
        try requireFree(directory)
        var written: [PreparedSplit] = []
        try AtomicDirectory.write(to: directory) { temporary in
            // Inside, so that files which could not be written are closed before they are removed.
            var writers: [Split: SplitWriter] = [:]
            for (split, count) in counts where count > 0 {
                writers[split] = SplitWriter(
                    source.schema, split: split, count: count, plan: plan.limited(to: count),
                    directory: temporary)
            }
            var done = 0
            try source.deliver { block in
                guard done + block.count <= splits.count else { throw changed(source) }
                // Runs of samples of one split are copied as one.
                var first = 0
                while first < block.count {
                    let split = splits[done + first]
                    let next =
                        splits[done + first..<done + block.count].firstIndex { $0 != split }
                        ?? done + block.count
                    try writers[split]?.append(block, rows: first..<next - done)
                    first = next - done
                }
                done += block.count
                progress(PreparationProgress("writing", done: done, of: splits.count))
            }
            guard done == splits.count else { throw changed(source) }
            written = Split.allCases.compactMap { writers[$0]?.summary }
        }
        return written
    }

    /// Writes two splits that are in memory.
    /// - Throws: as ``write(_:to:plan:progress:)`` does.
    public static func write(train: Dataset, test: Dataset, to directory: String, shards: Int) throws {
        try write(DatasetSource(train: train, test: test), to: directory, plan: ShardPlan(shards: shards))
    }

    /// Refuses a directory with something in it: before anything is read, where that takes long.
    /// - Throws: ``DatasetError`` where it is not empty, `StoreError` where it cannot be listed.
    public static func requireFree(_ directory: String) throws {
        if Directory.exists(directory), try !Directory.list(directory).isEmpty {
            throw DatasetError(
                directory, "the output directory is not empty", advice: "choose another, or empty it first")
        }
    }

    private static func changed(_ source: any SampleSource) -> DatasetError {
        DatasetError(source.schema.source, "it changed while it was read", advice: "prepare it again")
    }
}
