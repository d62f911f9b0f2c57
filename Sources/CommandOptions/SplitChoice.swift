import ArgumentParser
import Datasets

/// Which samples of a data set are read.
package enum SplitChoice: String, Sendable, CaseIterable, ExpressibleByArgument {
    /// Those that are trained on.
    case train
    /// Those that are evaluated on.
    case test
    /// Those that are trained on, and then those that are evaluated on, where there are any.
    case all

    /// The names, for help.
    package static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// The splits that there may be.
    var splits: [Split] {
        switch self {
        case .train: [.train]
        case .test: [.test]
        case .all: [.train, .test]
        }
    }

    /// "test split".
    package var text: String { self == .all ? "all samples" : "\(rawValue) split" }

    /// Reads the samples of a directory as one data set, in the order of the shards.
    ///
    /// - Parameters as those of `Dataset.load(directory:joining:readsIDs:memory:expecting:)`.
    /// - Throws: as that does, and `DatasetError` where the directory has another split alone.
    package func load(
        from directory: String, readsIDs: Bool = true, memory: Int, expecting: FeatureExpectation? = nil
    ) throws -> Dataset {
        // A directory that cannot be listed is reported by loading from it.
        let present = (try? Split.allCases.filter { try Dataset.hasSplit($0, in: directory) }) ?? []
        let wanted = splits.filter(present.contains)
        if let other = present.first, wanted.isEmpty {
            throw DatasetError(
                directory, "there are no \(rawValue) shards, only \(other.rawValue) shards",
                advice: "read them with --split \(other.rawValue)")
        }
        return try Dataset.load(
            directory: directory, joining: wanted.isEmpty ? splits : wanted, readsIDs: readsIDs,
            memory: memory,
            expecting: expecting)
    }
}
