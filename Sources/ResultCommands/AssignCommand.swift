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
            docs/result-formats.md.

            EXAMPLES:
              treevae-dist assign --checkpoint runs/mnist/model.h5 --data data/mnist --out leaves.csv
              treevae-dist assign --checkpoint runs/mnist/model.h5 --data data/new --split train \\
                --out leaves.h5ad --embedding --elbo
              treevae-dist assign --checkpoint runs/mnist/model.h5 --data data/mnist --out flat.csv --clusters 4
              mpirun -np 4 treevae-dist assign --checkpoint runs/mnist/model.h5 --data data/mnist --out leaves.h5
            """)

    package init() {}

    @OptionGroup var subject: ModelAndDataOptions

    @OptionGroup var output: OutputOptions

    @Flag(help: "Add the latent embedding at every node: the means of the posteriors.")
    var embedding = false

    @Flag(help: "Add each sample's ELBO in nats, with one latent sample; their mean is that of 'eval'.")
    var elbo = false

    @Option(
        help: ArgumentHelp(
            "Add the flat cluster of each sample, with the tree cut into so many.", valueName: "k"))
    var clusters: Int?

    package func validate() throws {
        try output.validate(extensions: LeafAssignmentFormat.allCases.map(\.rawValue))
        if let clusters, clusters < 1 {
            throw ValidationError("--clusters must be at least 1, not \(clusters).")
        }
    }

    package func run() throws {
        guard let format = LeafAssignmentFormat(path: output.out) else { return }
        Launch.run { communicator in
            let (reader, dataset) = try communicator.agree("checkpoint and data") {
                if communicator.rank == 0 { try output.check() }
                let (reader, dataset) = try subject.read(warns: communicator.rank == 0)
                if let clusters, let problem = reader.header.tree.cutProblem(into: clusters) {
                    throw ValidationError("--clusters \(clusters): \(problem).")
                }
                return (reader, dataset)
            }
            let counts: [Int]
            switch reader.header.configuration.precision {
            case .float, .mixed: counts = try write(reader, dataset, format, communicator, as: Float.self)
            case .double: counts = try write(reader, dataset, format, communicator, as: Double.self)
            }
            if communicator.rank == 0 {
                print(
                    "\(dataset.count) samples in \(counts.count { $0 > 0 }) of \(counts.count) leaves: \(output.out)"
                )
            }
        }
    }

    private func write<R: Scalar>(
        _ reader: CheckpointReader, _ dataset: Dataset, _ format: LeafAssignmentFormat,
        _ communicator: any Communicator, as scalar: R.Type
    ) throws -> [Int] {
        let contents = LeafAssignmentContents(embedding: embedding, elbo: elbo, clusters: clusters)
        return try LeafAssignment<R>(
            reader, of: dataset, contents: contents, format: format, communicator: communicator
        )
        .write(to: output.out)
    }
}
