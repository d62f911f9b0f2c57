import ArgumentParser
import Datasets

/// What `prepare` is told about data of one's own.
struct SourceArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Column of labels (csv, tsv; of obs in h5ad).", valueName: "column"))
    var label: String?

    @Option(
        help: ArgumentHelp(
            "Column (csv, tsv), dataset (hdf5), array (npz) or file (npy) of ids; without it rows are numbered.",
            valueName: "name"))
    var id: String?

    @Option(
        help: "What replaces missing values of csv and tsv, which are refused without it: mean, median, zero."
    )
    var impute: SourceOptions.Imputation?

    @Option(
        help: ArgumentHelp(
            "Path of the samples in an hdf5 file, name of their array in npz.", valueName: "name"))
    var dataset: String?

    @Option(
        help: ArgumentHelp(
            "Where labels are: a dataset (hdf5), an array (npz), a file (npy).", valueName: "name"))
    var labels: String?

    @Option(help: ArgumentHelp("Layer of an h5ad file; without it the matrix X.", valueName: "name"))
    var layer: String?

    @Option(help: ArgumentHelp("Size to which images are brought.", valueName: "HxW"))
    var size: PictureSize?

    @Flag(help: "Make images grey.")
    var grey = false

    @Option(
        help: ArgumentHelp(
            "What stored values are multiplied by on load; without it 1/255 of bytes, 1 of other numbers.",
            valueName: "factor"))
    var scale: Double?

    @Flag(
        help: """
            Require counts: whole numbers from 0, kept as such, with the library size of each sample. In h5ad \
            they are recognised.
            """)
    var counts = false

    /// The same for the library.
    var options: SourceOptions {
        var options = SourceOptions()
        options.label = label
        options.id = id
        options.impute = impute
        options.dataset = dataset
        options.labels = labels
        options.layer = layer
        options.size = size
        options.isGrey = grey
        options.scale = scale
        options.isCounts = counts
        return options
    }

    func validate() throws {
        if let scale, !(scale.isFinite && scale > 0) {
            throw ValidationError("--scale must be a positive number, not \(scale).")
        }
    }
}

extension SourceOptions.Imputation: ExpressibleByArgument {}

extension PictureSize: ExpressibleByArgument {
    /// Reads `28x28`.
    public init?(argument: String) {
        self.init(argument)
    }
}
