import Datasets
import Files
import TestSupport

/// What becomes of files of the user's: one shard, all for training.
struct Prepared {
    /// All samples, in the order of the file.
    let data: Dataset
    /// The one shard.
    let shard: ShardSummary

    /// Prepares and loads; everything is gone afterwards.
    /// - Throws: what preparing throws. A directory that stays behind nevertheless is an error of the test.
    init(
        _ kind: Preparation, _ path: String, _ change: (inout SourceOptions) -> Void = { _ in }
    ) throws {
        var options = SourceOptions()
        change(&options)
        (data, shard) = try withTemporaryDirectory { directory in
            let out = directory + "/out"
            do {
                let source = try kind.source(from: path, options: options)
                try ShardWriter.write(source, to: out, plan: ShardPlan(shards: 1, testFraction: 0))
            } catch {
                if try Directory.list(directory) != [] { throw LeftBehind(after: error) }
                throw error
            }
            _ = try DatasetCheck(out)
            return (
                try Dataset.load(directory: out, split: .train),
                try ShardSummary(out + "/train-00000-of-00001.h5")
            )
        }
    }

    /// Something half-written was not removed.
    struct LeftBehind: Error {
        let after: any Error
    }

    /// The labels by name.
    var labels: [String] { data.labels?.map { data.classNames[Int($0)] } ?? [] }
    /// The ids as texts.
    var ids: [String] { (0..<data.count).map { data.ids[$0] } }
}
