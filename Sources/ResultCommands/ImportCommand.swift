import ArgumentParser
import Checkpoints
import Collectives
import CommandOptions
import Configuration
import ReferenceWeights

/// `treevae-dist import`: weights of the authors' PyTorch implementation.
package struct ImportCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make a checkpoint of weights of the authors' PyTorch implementation.",
        discussion: """
            Takes a state dict that was saved as safetensors, and the tree beside it: the data_tree.npy of the \
            reference converted to texts, a tree in Newick's format, or parents; files of 'export' hold their tree. \
            Every tensor must be there and fit the configuration, or all that do not are listed. The model is that of a \
            finished run without a history. docs/reference-weights.md has the conversions, in a few lines of Python.

            The reference adds 1e-5 to the variances of batch-norms: model.batch_norm.epsilon=1e-5 computes the same.

            EXAMPLES:
              treevae-dist import --from weights.safetensors --tree tree.npy --config configs/mnist.yml \\
                --out model.h5 model.batch_norm.epsilon=1e-5 model.batch_norm.momentum=0.9
              treevae-dist import --from weights.safetensors --parents 0,0,1,1 --config configs/mnist.yml --out model.h5
            """)

    package init() {}

    @Option(
        help: ArgumentHelp("The state dict.", valueName: "file"),
        completion: .file(extensions: ["safetensors"]))
    var from: String

    @Option(
        help: ArgumentHelp("The tree: rows of texts (.npy), or Newick.", valueName: "file"),
        completion: .file(extensions: ["npy", "nwk"]))
    var tree: String?

    @Option(
        help: ArgumentHelp(
            "The tree: parents of the nodes 1, 2, …, breadth first; 0 is the root.", valueName: "list"))
    var parents: String?

    @Option(
        help: ArgumentHelp(
            "Shape of a sample, such as 3x64x64, where it does not follow from the tensors: of pictures that model.family mlp reads.",
            valueName: "shape"))
    var shape: String?

    @Option(
        help: ArgumentHelp("YAML file; see docs/configuration.md.", valueName: "file"),
        completion: .file(extensions: ["yml", "yaml"]))
    var config: String

    @Option(
        help: ArgumentHelp("The checkpoint to write.", valueName: "file"),
        completion: .file(extensions: ["h5"]))
    var out: String

    @Flag(help: "Write over a file that is there already.")
    var force = false

    @Argument(help: ArgumentHelp("Overrides of single configuration keys.", valueName: "key=value"))
    var overrides: [String] = []

    package func validate() throws {
        if tree != nil && parents != nil { throw ValidationError("--tree and --parents: only one of them.") }
        if let shape, sampleShape(shape) == nil {
            throw ValidationError("--shape \(shape): write it as 1x28x28, or 2000.")
        }
        if let stray = overrides.first(where: { !$0.contains("=") }) {
            throw ValidationError("'\(stray)' is no override: write it as key=value.")
        }
    }

    package func run() throws {
        try refuseExisting(out, force: force)
        let configuration = try Configuration(file: config, overrides: overrides)
        let topology =
            try tree.map { try ReferenceTree(contentsOf: $0) }
            ?? parents.map { try ReferenceTree(list: $0, place: "--parents") }
        let weights = try ReferenceImport(
            from, configuration: configuration, tree: topology, inputShape: shape.flatMap(sampleShape))
        let written = try weights.write(to: out, scalar: configuration.precision.scalar)
        print("\(out) holds a model of \(written.leaves) leaves and \(written.parameters) parameters")
        if let difference = weights.difference { printToStandardError("note: \(difference)") }
    }
}
