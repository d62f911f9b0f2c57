import ArgumentParser
import Datasets
import Images

/// What `prepare` is told about data of one's own.
struct SourceArguments: ParsableArguments {
    @Option(
        name: [.long, .customLong("labels")],
        help: ArgumentHelp(
            "Labels: a column (csv, tsv; of obs in h5ad), a dataset (hdf5), an array (npz), a file (npy).",
            valueName: "name"))
    var label: String?

    @Option(
        help: ArgumentHelp(
            "Column (csv, tsv), dataset (hdf5), array (npz) or file (npy) of ids; without it rows are numbered.",
            valueName: "name"))
    var id: String?

    @Option(
        help: """
            What replaces missing values of csv and tsv, which are refused without it: mean, median, zero; mask leaves \
            them out of the loss.
            """
    )
    var impute: SourceOptions.Imputation?

    @Option(
        help: ArgumentHelp(
            "Path of the samples in an hdf5 file, name of their array in npz.", valueName: "name"))
    var dataset: String?

    @Option(
        help: ArgumentHelp(
            "Layer of an h5ad file, raw for its raw/X; without it the matrix X.", valueName: "name"))
    var layer: String?

    @Option(
        help: ArgumentHelp(
            "Column of obs (h5ad) with the batch of each cell, which models then read beside the genes.",
            valueName: "name"))
    var batch: String?

    @Option(
        help: ArgumentHelp(
            "Keep so many genes that vary most (h5ad), as scanpy's flavour seurat chooses them.",
            valueName: "n"))
    var variableGenes: Int?

    @Option(help: ArgumentHelp("Size to which images are brought.", valueName: "HxW"))
    var size: PictureSize?

    @Option(
        help: """
            How pictures become smaller (images, omniglot, omniglot-5, celeba): antialiased, or interpolated as in \
            TensorFlow, which the published tables were made with. (default: antialiased)
            """)
    var resize: Image.Resizing?

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

    @Option(
        help: ArgumentHelp(
            "Shape of a sample whose values lie flat in a row (csv, tsv, npy, npz, hdf5): 1x28x28.",
            valueName: "CxHxW"))
    var shape: SampleShape?

    @Option(
        help: ArgumentHelp(
            "Leave columns out (csv, tsv): names between commas, or the option several times.",
            valueName: "columns"))
    var drop: [String] = []

    @Option(
        help: ArgumentHelp(
            "Make a feature of 0 and 1 of each value of these columns (csv, tsv).", valueName: "columns"))
    var oneHot: [String] = []

    @Flag(
        inversion: .prefixedNo,
        help:
            "Whether the first line names the columns (csv, tsv); without it, unless it holds numbers alone, it does."
    )
    var header: Bool?

    @Option(
        help: ArgumentHelp(
            "What separates fields (csv, tsv): a character, or tab; without it what the file's beginning shows.",
            valueName: "character"))
    var separator: SeparatorArgument?

    @Option(
        help: ArgumentHelp(
            "What separates decimals (csv, tsv), . or ,; without it what the file's beginning shows.",
            valueName: "character"))
    var decimal: SeparatorArgument?

    @Flag(
        inversion: .prefixedNo,
        help: """
            Bring every column to mean 0 and standard deviation 1 when it is read (csv, tsv): both are kept in the             shards, models apply them to other data, and reports undo them. Without it, where spreads differ a hundredfold.
            """)
    var standardise: Bool?

    /// The same for the library.
    var options: SourceOptions {
        var options = SourceOptions()
        options.label = label
        options.id = id
        options.impute = impute
        options.dataset = dataset
        options.layer = layer
        options.size = size
        options.resizing = resize
        options.isGrey = grey
        options.scale = scale
        options.isCounts = counts
        options.shape = shape?.extents
        options.dropped = drop
        options.categories = oneHot
        options.hasHeader = header
        options.separator = separator?.character
        options.decimal = decimal?.character
        options.isStandardised = standardise
        options.batch = batch
        options.variableGenes = variableGenes
        return options
    }

    func validate() throws {
        if let scale, !(scale.isFinite && scale > 0) {
            throw ValidationError("--scale must be a positive number, not \(scale).")
        }
        if let variableGenes, variableGenes < 1 {
            throw ValidationError("--variable-genes must be at least 1, not \(variableGenes).")
        }
        if let decimal, ![".", ","].contains(decimal.character) {
            throw ValidationError("--decimal must be . or ,, not '\(decimal.character)'.")
        }
    }
}

/// A character between fields or digits: one of ASCII, or `tab`.
struct SeparatorArgument: ExpressibleByArgument {
    let character: Character

    init?(argument: String) {
        let text = ["tab", "\\t"].contains(argument) ? "\t" : argument
        guard text.count == 1, let character = text.first, character.isASCII,
            !character.isLetter, !character.isNumber, !"\"\n\r\0".contains(character)
        else { return nil }
        self.character = character
    }
}

/// Shape of a picture, written `CxHxW`.
struct SampleShape: ExpressibleByArgument {
    let extents: [Int]

    init?(argument: String) {
        let parts = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, let channels = parts[0], let height = parts[1], let width = parts[2],
            [channels, height, width].allSatisfy({ (1...4096).contains($0) })
        else { return nil }
        extents = [channels, height, width]
    }
}

extension SourceOptions.Imputation: ExpressibleByArgument {}

extension PictureSize: ExpressibleByArgument {
    /// Reads `28x28`.
    public init?(argument: String) {
        self.init(argument)
    }
}

extension Image.Resizing: ExpressibleByArgument {}
