import ArgumentParser
import Report
import Store
import Training

/// `treevae-dist export`: the tree, for other tools.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the tree for other tools: Newick, SciPy linkage, Graphviz, JSON, SVG.",
        discussion: """
            Leaves are named by their ids, as everywhere. Sizes are those of the data that training was followed \
            on. newick has them as [&&NHX:samples=N]; linkage is SciPy's matrix over the leaves, breadth first, \
            which numpy.loadtxt reads and scipy.cluster.hierarchy.dendrogram draws; json nests children in their \
            parents; svg is the tree as report draws it, without the pictures and words that need the data. The height of a split is its place in the order of growth, the last one lowest, so that a cut \
            into k clusters is the tree that growth had at k leaves.

            EXAMPLES:
              treevae-dist export --checkpoint runs/mnist/model.h5 --format newick > tree.nwk
              treevae-dist export --checkpoint runs/mnist/model.h5 --format linkage --out linkage.txt
              treevae-dist export --checkpoint runs/mnist/model.h5 --format dot | dot -Tpdf > tree.pdf
              treevae-dist export --checkpoint runs/mnist/model.h5 --format svg --out tree.svg
            """)

    /// What a tree can be written as.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case newick, linkage, dot, json, svg
    }

    @Option(
        help: ArgumentHelp("A checkpoint, or the model.h5 of a finished run.", valueName: "file"),
        completion: .file(extensions: ["h5"]))
    var checkpoint: String

    @Option(help: "The format: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format: Format

    @OptionGroup var output: OptionalOutputOptions

    func run() throws {
        let header = try CheckpointReader(checkpoint).header
        let export = TreeExport(header.tree, clustering: header.clustering, classNames: header.classNames)
        let text =
            switch format {
            case .newick: export.newick + "\n"
            case .linkage: try export.linkage()
            case .dot: export.dot
            case .json: try export.root.json() + "\n"
            case .svg: TreeFigure(try TreeReport(header)).svg
            }
        try output.write(text)
    }
}
