import Batches
import Checkpoints
import ClusterMetrics
import Collectives
import CommandSupport
import Configuration
import Datasets
import Defaults
import Files
import Inference
import RunProgress
import ReferenceWeights
import RunLog
import Store
import Sweeps
import Training

extension Reader {
    /// Every reader of files that the program has.
    static let all: [Reader] = checkpoints + runs + shards + own + published + clusterings

    private static let checkpoints: [Reader] = [
        Reader("checkpoint", "model.h5", of: "model", .hierarchical) { directory in
            let path = directory + "/model.h5"
            let summary = try CheckpointSummary(path)
            _ = try summary.json()
            _ = (summary.facts, summary.phases.count, summary.drawing(style: .ascii))
            let header = summary.header
            let export = TreeExport(header.tree, clustering: header.clustering, classNames: header.classNames)
            _ = (export.newick, export.dot, try export.root.json(), try? export.linkage())
            _ = try Configuration(yaml: header.configuration.yaml(), place: "again")
        },
        Reader("model", "model.h5", of: "model", .hierarchical) { directory in
            let reader = try CheckpointReader(directory + "/model.h5")
            switch reader.header.configuration.precision {
            case .float, .mixed: try evaluate(reader, directory, as: Float.self)
            case .double: try evaluate(reader, directory, as: Double.self)
            }
        },
        Reader("resume", "run/checkpoints/checkpoint-000002.h5", of: "run", .hierarchical) { directory in
            defer { Directory.remove(directory + "/run/run.lock") }
            let plan = try RunPlan(
                configuration: nil, defaults: .chosen, overrides: [], source: .shards(directory + "/data"),
                directory: RunDirectory(directory + "/run"), resumes: true, ranks: 1)
            switch plan.configuration.precision {
            case .float, .mixed: try resume(plan, as: Float.self)
            case .double: try resume(plan, as: Double.self)
            }
        },
        Reader("import", "weights.safetensors", of: "weights", .bytes) { directory in
            let configuration = try Configuration(file: directory + "/config.yml")
            let weights = try ReferenceImport(
                directory + "/weights.safetensors", configuration: configuration, tree: nil, inputShape: nil)
            _ = try weights.write(to: directory + "/out.h5", scalar: Float.self)
            Directory.remove(directory + "/out.h5")
        },
        Reader("import.tree", "tree.npy", of: "trees", .bytes) {
            _ = try ReferenceTree(contentsOf: $0 + "/tree.npy")
        },
        Reader("import.newick", "tree.nwk", of: "trees", .text) {
            _ = try ReferenceTree(contentsOf: $0 + "/tree.nwk")
        },
    ]

    private static let runs: [Reader] = [
        Reader("configuration", "config.yml", of: "run-files", .text) { directory in
            let configuration = try Configuration(file: directory + "/config.yml")
            _ = try Configuration(yaml: configuration.yaml(), place: "again")
        },
        Reader("dry-run", "config.yml", of: "run-files", .text) { directory in
            let plan = try RunPlan(
                configuration: directory + "/config.yml", defaults: .chosen, overrides: [],
                source: .shards(directory + "/data"), directory: RunDirectory(directory + "/new"),
                resumes: false,
                ranks: 1)
            let description = DryRun<Float>(plan, ranks: 1)
            _ = description.text
            try description.requireMemory()
        },
        Reader("metrics", "metrics.jsonl", of: "run-files", .text) { directory in
            let line = ProgressLine(
                terminal: Terminal(isInteractive: true, showsColour: false, showsUnicode: false, width: 80),
                verbosity: .verbose, write: { _ in }, now: { 0 })
            _ = try RunFollower(directory, line: line).follow()
        },
        Reader("watched.configuration", "config.yml", of: "run-files", .text) { directory in
            let line = ProgressLine(
                terminal: Terminal(isInteractive: false, showsColour: false, showsUnicode: false, width: 80),
                verbosity: .quiet, write: { _ in }, now: { 0 })
            _ = try RunFollower(directory, line: line).follow()
        },
        Reader("lock", "run.lock", of: "run-files", .text) { directory in
            do {
                _ = try RunDirectory(directory).take()
            } catch {
                return
            }
            // Taken and given back: the lock of nobody was removed.
            try AtomicFile.write("", to: directory + "/run.lock")
        },
        Reader("support", "support.csv", of: "run-files", .text) { _ = try SupportFile($0 + "/support.csv") },
        Reader("events", "events", of: "run-files", .bytes) { _ = try TensorBoardLog(path: $0 + "/events") },
    ]

    private static let shards: [Reader] = [
        Reader("shard", "data/train-00000-of-00001.h5", of: "data", .hierarchical) { directory in
            _ = try ShardSummary(directory + "/data/train-00000-of-00001.h5")
            let data = try Dataset.load(directory: directory + "/data", split: .train)
            _ = (data.classCounts, data.ids.count, try data.digest())
            for likelihood in Configuration.Likelihood.allCases { try? data.validate(for: likelihood) }
            _ = try? ChosenSettings(DataFacts(data), overrides: []).configuration(overrides: [])
        },
        Reader("shard.check", "data/train-00000-of-00001.h5", of: "data", .hierarchical) {
            _ = try DatasetCheck($0 + "/data")
        },
        Reader("shard.stream", "data/train-00000-of-00001.h5", of: "data", .hierarchical) { directory in
            let data = try Dataset.load(directory: directory + "/data", splits: [.train, .test], memory: 0)
            for part in data { _ = try part.sharedDigest(SoloCommunicator()) }
        },
    ]

    private static let own: [Reader] = [
        preparation("csv", .csv, "table.csv", .text) {
            $0.label = "kind"
            $0.id = "id"
            $0.impute = .mean
        },
        preparation("csv.plain", .csv, "table.csv", of: "csv", .text) { $0.dropped = ["id", "kind"] },
        preparation("tsv", .tsv, "table.tsv", .text) {
            $0.id = "id"
            $0.categories = ["kind"]
        },
        preparation("npy", .npy, "x.npy", .bytes) { _ in },
        preparation("npy.fortran", .npy, "x.npy", .bytes) { _ in },
        preparation("npz", .npz, "x.npz", .bytes) {
            $0.dataset = "x"
            $0.label = "y"
        },
        preparation("npz.sparse", .npz, "x.npz", .bytes) { _ in },
        preparation("hdf5", .hdf5, "x.h5", .hierarchical) {
            $0.dataset = "x"
            $0.label = "y"
        },
        preparation("h5ad", .h5ad, "x.h5ad", .hierarchical) { $0.label = "kind" },
        preparation("h5ad.csc", .h5ad, "x.h5ad", .hierarchical) { _ in },
        preparation("png", .images, "b.png", isDirectory: true, .bytes) { _ in },
        preparation("jpeg", .images, "b.jpg", isDirectory: true, .bytes) { _ in },
    ]

    private static let published: [Reader] = [
        preparation("idx", .mnist, "train-images-idx3-ubyte", isDirectory: true, .bytes) { _ in },
        preparation("idx.labels", .mnist, "train-labels-idx1-ubyte", of: "idx", isDirectory: true, .bytes) {
            _ in
        },
        preparation("idx.gzip", .fashionMnist, "train-images-idx3-ubyte.gz", isDirectory: true, .bytes) { _ in
        },
        preparation("cifar", .cifar10, "data_batch_1.bin", isDirectory: true, .bytes) { _ in },
        preparation("cifar.tar", .cifar10, "cifar-10-binary.tar.gz", isDirectory: true, .bytes) { _ in },
        preparation("cifar.pax", .cifar10, "cifar-10-binary.tar.gz", isDirectory: true, .text) { _ in },
        preparation("newsgroups", .newsgroups, "20news-bydate.tar.gz", isDirectory: true, .bytes) { _ in },
        preparation("newsgroups.tar", .newsgroups, "20news-bydate.tar.gz", isDirectory: true, .bytes) { _ in
        },
        preparation("omniglot", .omniglot, "images_background.zip", isDirectory: true, .bytes) { _ in },
        preparation("celeba", .celeba, "img_align_celeba/000001.jpg", isDirectory: true, .bytes) { _ in },
        preparation("celeba.table", .celeba, "list_attr_celeba.txt", of: "celeba", isDirectory: true, .text) {
            _ in
        },
    ]

    private static let clusterings: [Reader] = ["tree.nwk", "leaves.csv", "truth.csv"].map { file in
        Reader("score.\(file)", file, of: "clustering", .text) { directory in
            let clustering = try ExternalClustering(
                tree: directory + "/tree.nwk", assignments: directory + "/leaves.csv",
                labels: directory + "/truth.csv")
            _ = ClusterScores(clustering.table, over: clustering.hierarchy)
        }
    }

    /// A reader that makes shards of what it reads, which are checked and removed.
    private static func preparation(
        _ name: String, _ kind: Preparation, _ file: String, of sample: String? = nil,
        isDirectory: Bool = false,
        _ damage: Damage, _ change: @escaping @Sendable (inout SourceOptions) -> Void
    ) -> Reader {
        Reader("prepare.\(name)", file, of: sample ?? name, damage) { directory in
            var options = SourceOptions()
            change(&options)
            let source = try kind.source(
                from: isDirectory ? directory : Directory.join(directory, file), options: options)
            let out = directory + "/out"
            try ShardWriter.write(source, to: out, plan: ShardPlan(shards: 1, testFraction: 0.2))
            _ = try DatasetCheck(out)
            Directory.remove(out)
        }
    }

    /// What `eval` and `sample` do with a model.
    private static func evaluate<R: Scalar>(
        _ reader: CheckpointReader, _ directory: String, as scalar: R.Type
    ) throws {
        let data = try Dataset.load(
            directory: directory + "/data", splits: [.test], memory: 1 << 30, expecting: reader.expectation)[
                0]
        try Evaluation.check(reader, reads: data)
        let evaluator: Evaluator<R> = try .init(reader, communicator: SoloCommunicator())
        _ = try evaluator.clustering(of: data)
        _ = try Evaluation(evaluator, of: data, seed: reader.header.configuration.seedBits).json()
    }

    /// What `train --resume` does before its first step.
    private static func resume<R: Scalar>(_ plan: RunPlan, as scalar: R.Type) throws {
        let description = DryRun<R>(plan, ranks: 1)
        _ = description.text
        try description.requireMemory()
        let trainer = try Trainer<R>(
            plan.digested(by: SoloCommunicator()), communicator: SoloCommunicator(),
            display: RunDisplay(verbosity: .quiet))
        _ = trainer.directory
    }
}
