import ArgumentParser
import Checkpoints
import Collectives
import Datasets
import Files
import Report
import Store

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

    @OptionGroup var subject: ModelAndDataOptions

    @OptionGroup var support: SupportOption

    @OptionGroup var output: OutputOptions

    @Option(help: "html, svg or png; without it, what the name of the file ends in, or else html.")
    var format: Format?

    /// Kinds of files.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case html, svg, png
    }

    func run() throws {
        Launch.run { communicator in
            let (reader, dataset, shares) = try communicator.agree("checkpoint, data and output") {
                // Before anything is computed.
                try output.check()
                if kind == .png { _ = try SVGRenderer() }
                let (reader, dataset) = try subject.read(warns: communicator.rank == 0)
                return (reader, dataset, try support.shares(of: reader.header))
            }
            let report = try TreeReport.make(
                reader, on: dataset, part: "\(subject.split.rawValue) split", communicator: communicator)
            try communicator.agree("report") {
                guard let report else { return }
                try write(report.supported(shares))
                print(output.out)
            }
        }
    }

    private var kind: Format {
        format ?? Format.allCases.first { output.out.hasSuffix(".\($0.rawValue)") } ?? .html
    }

    private func write(_ report: TreeReport) throws {
        switch kind {
        case .html: try AtomicFile.write(try Page(report).html(), to: output.out)
        case .svg: try AtomicFile.write(TreeFigure(report).svg, to: output.out)
        case .png: try AtomicFile.write(try SVGRenderer().png(of: TreeFigure(report).svg), to: output.out)
        }
    }
}
