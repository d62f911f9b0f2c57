import ArgumentParser
import Checkpoints
import Collectives
import CommandOptions
import CommandSupport
import ReferenceWeights
import Report
import Store

/// `treevae-dist export`: the tree, or the weights, for other tools.
package struct ExportCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "export",
        abstract:
            "Write the tree for other tools: Newick, SciPy linkage, Graphviz, JSON, SVG; or the weights for PyTorch.",
        discussion: """
            Leaves are named by their ids, as everywhere. Sizes are those of the data that training was followed \
            on. newick has them as [&&NHX:samples=N], and of a sweep's run the support of a split in per cent as B; linkage is SciPy's matrix over the leaves, breadth first, \
            which numpy.loadtxt reads and scipy.cluster.hierarchy.dendrogram draws; json nests children in their \
            parents; svg is the tree as report draws it, without the pictures and words that need the data. The height of a split is its place in the order of growth, the last one lowest, so that a cut \
            into k clusters is the tree that growth had at k leaves.

            safetensors has the weights instead, as a state dict of the authors' PyTorch implementation, and --tree \
            writes the topology as it saves it (docs/reference-weights.md); 'import' is the way back.

            EXAMPLES:
              treevae-dist export --checkpoint runs/mnist/model.h5 --format newick > tree.nwk
              treevae-dist export --checkpoint runs/mnist/model.h5 --format linkage --out linkage.txt
              treevae-dist export --checkpoint runs/mnist/model.h5 --format dot | dot -Tpdf > tree.pdf
              treevae-dist export --checkpoint runs/mnist/model.h5 --format svg --out tree.svg
              treevae-dist export --checkpoint runs/mnist/model.h5 --format safetensors --out weights.safetensors \\
                --tree data_tree.npy
            """)

    /// What a tree or a model can be written as.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case newick, linkage, dot, json, svg, safetensors

        /// Whether it has a place for the support of splits.
        var showsSupport: Bool { self == .newick || self == .svg }
    }

    package init() {}

    @Option(
        help: ArgumentHelp("A checkpoint, or the model.h5 of a finished run.", valueName: "file"),
        completion: .file(extensions: ["h5"]))
    var checkpoint: String

    @Option(help: "The format: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format: Format

    @Option(
        help: ArgumentHelp(
            "With safetensors: also write the tree's rows, as the reference's data_tree.npy but of texts.",
            valueName: "file"), completion: .file(extensions: ["npy"]))
    var tree: String?

    @OptionGroup var support: SupportOption

    @OptionGroup var output: OptionalOutputOptions

    package func validate() throws {
        if format == .safetensors && output.out == nil {
            throw ValidationError("--format safetensors is no text: name a file with --out.")
        }
        if support.isNamed && !format.showsSupport {
            throw ValidationError("--support goes with --format newick and svg.")
        }
        if tree != nil && format != .safetensors {
            throw ValidationError("--tree goes with --format safetensors.")
        }
    }

    package func run() throws {
        let reader = try CheckpointReader(checkpoint)
        if format == .safetensors { return try writeWeights(of: reader) }
        let header = reader.header
        let shares =
            format.showsSupport ? try support.shares(of: header, at: reader.path, warns: true) : [:]
        let export = TreeExport(
            header.tree, clustering: header.clustering, classNames: header.classNames, support: shares)
        let text =
            switch format {
            case .newick: export.newick + "\n"
            case .linkage: try export.linkage()
            case .dot: export.dot
            case .json: try export.root.json() + "\n"
            case .svg: TreeFigure(try TreeReport(header).supported(shares)).svg
            case .safetensors: preconditionFailure("weights are no text")
            }
        try output.write(text)
    }

    private func writeWeights(of reader: CheckpointReader) throws {
        guard let out = output.out else { preconditionFailure("validated") }
        for path in [out, tree].compactMap(\.self) { try refuseExisting(path, force: output.force) }
        let export = try ReferenceExport(reader)
        try export.write(to: out, scalar: reader.header.configuration.precision.scalar)
        if let tree { try export.writeTree(to: tree) }
        if let difference = export.difference { printToStandardError("note: \(difference)") }
    }
}
