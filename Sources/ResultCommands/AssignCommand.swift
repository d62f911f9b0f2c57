import ArgumentParser
import Checkpoints
import Collectives
import CommandOptions
import Configuration
import Datasets
import Inference

/// `treevae-dist assign`: the leaf of every sample.
package struct AssignCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "assign",
        abstract: "Write the leaf of every sample, with the probability of every node.",
        discussion: """
            For any prepared data of the shape that the model was trained on; labels are not needed. A line a \
            sample, in the order of the shards: its id, its most probable leaf, the path there from the root, the \
            probability of every node. The ranks share the work, and any number of them writes the same file.

            FILE.csv is text, which 'score' takes; FILE.h5 has a data set for each column; FILE.h5ad opens in \
            anndata and scanpy: obs['treevae_leaf'], obsm['X_treevae'], the tree in uns['treevae']. See \
            docs/result-formats.md. With --into the same is added to your own h5ad, in whatever order its cells are, \
            with colours and a dendrogram that scanpy draws: a changed copy of it is written, compared, and takes its \
            place.

            EXAMPLES:
              treevae-dist assign --checkpoint runs/mnist/model.h5 --data data/mnist --out leaves.csv
              treevae-dist assign --checkpoint runs/mnist/model.h5 --data data/new --split train \\
                --out leaves.h5ad --embedding --elbo
              treevae-dist assign --checkpoint runs/mnist/model.h5 --data data/mnist --out flat.csv --clusters 4
              treevae-dist assign --checkpoint runs/cells --split all --into cells.h5ad
              mpirun -np 4 treevae-dist assign --checkpoint runs/mnist/model.h5 --data data/mnist --out leaves.h5
            """)

    package init() {}

    @OptionGroup var subject: ModelAndDataOptions

    @Option(
        help: ArgumentHelp("File to write; its extension says in which format.", valueName: "file"),
        completion: .file())
    var out: String?

    @Flag(help: "Write over a file that is there already.")
    var force = false

    @Option(
        help: ArgumentHelp(
            "An AnnData file to add to, in place of --out; its observations are found by their names.",
            valueName: "h5ad"), completion: .file(extensions: ["h5ad"]))
    var into: String?

    @Flag(help: "Add the latent embedding at every node: the means of the posteriors.")
    var embedding = false

    @Flag(help: "Add each sample's ELBO in nats, with one latent sample; their mean is that of 'eval'.")
    var elbo = false

    @Option(
        help: ArgumentHelp(
            "Add the flat cluster of each sample, with the tree cut into so many.", valueName: "k"))
    var clusters: Int?

    @OptionGroup var leafRule: LeafRuleOption

    @OptionGroup var support: SupportOption

    package func validate() throws {
        switch (out, into) {
        case (nil, nil): throw ValidationError("name a file with --out, or one to add to with --into.")
        case (_?, _?): throw ValidationError("--out and --into are one or the other.")
        case (let out?, nil):
            guard LeafAssignmentFormat(path: out) == nil else { break }
            let names = LeafAssignmentFormat.new.map { "." + $0.rawValue }.joined(separator: ", ")
            throw ValidationError("--out \(out): the name must end in \(names).")
        case (nil, let into?):
            if force { throw ValidationError("--force is about --out: --into always changes its file.") }
            if !into.hasSuffix(".h5ad") {
                throw ValidationError("--into \(into): the name must end in .h5ad.")
            }
        }
        if support.isNamed, into == nil, out?.hasSuffix(".h5ad") != true {
            throw ValidationError("--support goes with an h5ad file, which has the tree.")
        }
        if let clusters, clusters < 1 {
            throw ValidationError("--clusters must be at least 1, not \(clusters).")
        }
    }

    package func run() throws {
        guard let path = out ?? into,
            let format = into == nil ? LeafAssignmentFormat(path: path) : .annotation
        else { return }
        let holdsTree = format == .annotation || format == .h5ad
        Launch.run { communicator in
            let (reader, dataset, shares) = try communicator.agree("checkpoint and data") {
                if communicator.rank == 0, into == nil { try refuseExisting(path, force: force) }
                let (reader, dataset) = try subject.read(warns: communicator.rank == 0)
                if let clusters, let problem = reader.header.tree.cutProblem(into: clusters) {
                    throw ValidationError("--clusters \(clusters): \(problem).")
                }
                let shares =
                    holdsTree
                    ? try support.shares(of: reader.header, at: reader.path, warns: communicator.rank == 0)
                    : [:]
                return (reader, dataset, shares)
            }
            let contents = LeafAssignmentContents(
                embedding: embedding, elbo: elbo, clusters: clusters, support: shares)
            let counts: [Int]
            switch reader.header.configuration.precision {
            case .float, .mixed:
                counts = try write(path, reader, dataset, contents, format, communicator, as: Float.self)
            case .double:
                counts = try write(path, reader, dataset, contents, format, communicator, as: Double.self)
            }
            if communicator.rank == 0 {
                print(
                    "\(dataset.count) samples in \(counts.count { $0 > 0 }) of \(counts.count) leaves: \(path)"
                )
            }
        }
    }

    private func write<R: Scalar>(
        _ path: String, _ reader: CheckpointReader, _ dataset: Dataset, _ contents: LeafAssignmentContents,
        _ format: LeafAssignmentFormat, _ communicator: any Communicator, as scalar: R.Type
    ) throws -> [Int] {
        try LeafAssignment<R>(
            reader, of: dataset, contents: contents, format: format,
            leafRule: leafRule.rule(for: reader.header), communicator: communicator
        )
        .write(to: path)
    }
}
