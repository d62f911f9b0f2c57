import ArgumentParser
import Checkpoints
import Collectives
import CommandOptions
import CommandSupport
import Configuration
import Datasets
import Foundation
import RunLog
import Ward

/// `treevae-dist cluster ward`: Ward's agglomerative clustering.
struct ClusterWardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ward",
        abstract: "Ward's agglomerative clustering, exactly, of samples or of latents.",
        discussion: """
            Of all pairs of clusters those two merge whose merge adds least to the sum of squares, as in SciPy's \
            linkage(x, 'ward') and scikit-learn's AgglomerativeClustering, in memory for the points and not for \
            their pairs. The ranks share the work, and any number of them finds the same.

            Without --checkpoint it clusters the samples of --data as they are; with it the latents that its model has for \
            them, of the only leaf, or of the root where the model has a tree. Ward's clustering assigns no new samples, so \
            the split that is scored is the one that is clustered.

            --out takes FILE.npy, SciPy's linkage matrix; FILE.nwk, the whole tree; FILE.csv, the flat clusters of \
            --clusters; FILE.h5, all of these. See docs/result-formats.md.

            EXAMPLES:
              treevae-dist cluster ward --data data/mnist --clusters 10,20
              mpirun -np 2 treevae-dist cluster ward --data data/mnist --split train --out ward.h5 --out ward.nwk
              treevae-dist cluster ward --data data/mnist --checkpoint runs/mnist-vae/model.h5 --clusters 10,20 --json
            """)

    @Option(
        help: ArgumentHelp("Directory of shards, made by 'treevae-dist prepare'.", valueName: "dir"),
        completion: .directory)
    var data: String

    @Option(help: "The split to read: \(SplitChoice.names).")
    var split = SplitChoice.test

    @Option(
        help: ArgumentHelp(
            "A checkpoint, or the model.h5 of a finished run, whose latents are clustered.", valueName: "file"
        ),
        completion: .file(extensions: ["h5"]))
    var checkpoint: String?

    /// Which number stands for a latent.
    enum Latent: String, CaseIterable, ExpressibleByArgument {
        case mean, sample
    }

    @Option(help: "Of each latent its mean, or one sample as in the authors' code.")
    var latent = Latent.mean

    @Option(
        help: ArgumentHelp(
            "The node whose latents are clustered; the only leaf, or the root of a tree, without.",
            valueName: "id"))
    var node: Int?

    @Option(
        help: ArgumentHelp(
            "Numbers of flat clusters to cut into and to score, with commas.", valueName: "list"))
    var clusters = "10,20"

    @Option(
        help: ArgumentHelp(
            "A file to write, .npy, .h5, .nwk or .csv; may be given several times.", valueName: "file"),
        completion: .file())
    var out: [String] = []

    @Flag(help: "Write over files that are there already.")
    var force = false

    @Flag(
        help: "Print one JSON object: samples, dimensions, seconds, cuts (clusters, dp, lp, acc, nmi, ari).")
    var json = false

    private var cuts: [Int]? {
        let parts = clusters.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0) }
        return numbers.count == parts.count && numbers.allSatisfy { $0 > 0 } ? numbers : nil
    }

    func validate() throws {
        if cuts == nil {
            throw ValidationError("--clusters \(clusters): write numbers from 1 on with commas, as in 10,20.")
        }
        for path in out where DendrogramFile.Format(path: path) == nil {
            throw ValidationError("--out \(path): the name must end in .npy, .h5, .nwk or .csv.")
        }
        if checkpoint == nil && (node != nil || latent != .mean) {
            throw ValidationError("--node and --latent are about a model: name one with --checkpoint.")
        }
    }

    func run() throws {
        guard let cuts else { return }
        Launch.run { communicator in
            let start = ProcessInfo.processInfo.systemUptime
            let (reader, dataset) = try communicator.agree("data") {
                if communicator.rank == 0 { for path in out { try refuseExisting(path, force: force) } }
                let (reader, dataset) = try read(warns: communicator.rank == 0)
                if let cut = cuts.first(where: { $0 > dataset.count }) {
                    throw ValidationError("--clusters \(cut): there are \(dataset.count) samples.")
                }
                return (reader, dataset)
            }
            let points = try communicator.agree("points") { try load(reader, dataset, communicator) }
            let dimensions = points.dimensions
            let line = communicator.rank == 0 ? WorkLine() : nil
            let dendrogram = try WardClustering.cluster(points, communicator: communicator) {
                line?.update("merging", done: $0, of: $1, unit: "clusters")
            }
            line?.clear()
            let report = WardReport(
                samples: dataset.count, dimensions: dimensions,
                seconds: ProcessInfo.processInfo.systemUptime - start,
                cuts: cuts.map { CutScores(dendrogram, of: dataset, clusters: $0) })
            try communicator.agree("files of the clustering") {
                guard communicator.rank == 0 else { return }
                let file = DendrogramFile(dendrogram, of: dataset, cuts: cuts)
                for path in out { try file.write(to: path, as: DendrogramFile.Format(path: path)!) }
                print(json ? try report.json() : report.text)
            }
        }
    }

    private func read(warns: Bool) throws -> (CheckpointReader?, Dataset) {
        guard let checkpoint else {
            // Every sample is read once: they stay in their files.
            let dataset = try split.load(from: data, memory: 0)
            return (nil, dataset)
        }
        return try DataOptions(data: data, split: split).read(checkpoint, warns: warns)
    }

    private func load(
        _ reader: CheckpointReader?, _ dataset: Dataset, _ communicator: any Communicator
    ) throws -> Points {
        guard let reader else { return try Points(dataset) }
        let tree = reader.header.tree
        let node = node ?? (tree.leaves.count == 1 ? tree.leaves[0] : 0)
        let kind: Points.Latent = latent == .mean ? .mean : .sample
        switch reader.header.configuration.precision {
        case .float, .mixed:
            return try Points(
                latents: kind, of: dataset, node: node, reader, communicator: communicator, scalar: Float.self
            )
        case .double:
            return try Points(
                latents: kind, of: dataset, node: node, reader, communicator: communicator,
                scalar: Double.self)
        }
    }
}

/// What `cluster ward` prints.
private struct WardReport: Encodable {
    let samples: Int
    let dimensions: Int
    let seconds: Double
    let cuts: [CutScores]

    var text: String {
        var table = TextTable([.right, .right, .right, .right, .right, .right])
        table.append(["clusters", "DP", "LP", "ACC", "NMI", "ARI"])
        for cut in cuts {
            let scores = cut.scores.map { [$0.dp, $0.lp, $0.acc, $0.nmi, $0.ari] }
            table.append(
                [String(cut.clusters)]
                    + (scores?.map { String(format: "%.4f", $0) } ?? Array(repeating: "-", count: 5)))
        }
        return "\(samples) samples of \(dimensions) values, \(String(format: "%.1f", seconds)) s\n"
            + table.text
    }
}
