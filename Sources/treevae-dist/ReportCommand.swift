import ArgumentParser
import Collectives
import Datasets
import Report
import Store
import Training

/// `treevae-dist report`: a page, or a picture, of a checkpoint's tree.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Show a checkpoint's tree on a page, or as a figure.",
        discussion: """
            The page needs nothing besides itself and no network. It shows the tree, with samples of every leaf \
            beside pictures that the leaf generates, or with the words or columns that tell its samples from \
            others; the confusion matrix where there are labels; the curves of all phases; how the tree grew; \
            the configuration. With --format svg or png it is the tree alone, for a paper; png is drawn by \
            rsvg-convert (Debian: librsvg2-bin).

            EXAMPLES:
              treevae-dist report --checkpoint runs/mnist/model.h5 --data data/mnist --out report.html
              treevae-dist report --checkpoint runs/mnist/model.h5 --data data/mnist --out tree.svg
              treevae-dist report --checkpoint runs/mnist/model.h5 --data data/mnist --split train --out tree.png
            """)

    @Option(help: ArgumentHelp("A checkpoint, or the model.h5 of a finished run.", valueName: "file"))
    var checkpoint: String

    @Option(help: ArgumentHelp("Directory of shards, made by 'treevae-dist prepare'.", valueName: "dir"))
    var data: String

    @Option(help: "The split to show: \(Split.allCases.map(\.rawValue).joined(separator: ", ")).")
    var split = Split.test

    @Option(help: ArgumentHelp("The file to write.", valueName: "file"))
    var out: String

    @Option(help: "html, svg or png; without it, what the name of the file ends in, or else html.")
    var format: Format?

    @Flag(help: "Write over a file that exists.")
    var force = false

    /// Kinds of files.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case html, svg, png
    }

    func run() throws {
        Launch.run { communicator in
            let (reader, dataset) = try communicator.agree("checkpoint, data and output") {
                try checkOutput()
                let reader = try CheckpointReader(checkpoint)
                return (reader, try Dataset.evaluated(by: reader, directory: data, split: split))
            }
            let report = try TreeReport.make(
                reader, on: dataset, part: "\(split.rawValue) split", communicator: communicator)
            try communicator.agree("report") {
                guard let report else { return }
                try write(report)
                printToStandardError("wrote \(out)")
            }
        }
    }

    /// Refuses what cannot be written, before anything is computed.
    private func checkOutput() throws {
        guard force || !Directory.exists(out) else {
            throw TrainingError("\(out) exists: write over it with --force, or name another file with --out")
        }
        guard Directory.exists(Directory.parent(of: out)) else {
            throw TrainingError("\(out): there is no directory \(Directory.parent(of: out)) to write to")
        }
        if kind == .png { _ = try SVGRenderer() }
    }

    private var kind: Format {
        format ?? Format.allCases.first { out.hasSuffix(".\($0.rawValue)") } ?? .html
    }

    private func write(_ report: TreeReport) throws {
        switch kind {
        case .html: try AtomicFile.write(try Page(report).html(), to: out)
        case .svg: try AtomicFile.write(TreeFigure(report).svg, to: out)
        case .png: try AtomicFile.write(try SVGRenderer().png(of: TreeFigure(report).svg), to: out)
        }
    }
}
