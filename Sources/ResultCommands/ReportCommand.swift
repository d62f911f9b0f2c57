import ArgumentParser
import Checkpoints
import Collectives
import CommandOptions
import CommandSupport
import Datasets
import Files
import Report
import Store

/// `treevae-dist report`: a page, or a picture, of a checkpoint's tree.
package struct ReportCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Show a checkpoint's tree on a page, or as a figure.",
        discussion: """
            The page needs nothing besides itself and no network. It shows the tree, with samples of every leaf \
            beside pictures that the leaf generates, or with the words or columns that tell its samples from \
            others; the confusion matrix where there are labels; the curves of all phases; how the tree grew; \
            the configuration. --compare puts several runs beside each other. With --format svg or png it is the tree alone, for a paper; png is drawn by \
            rsvg-convert (Debian: librsvg2-bin).

            EXAMPLES:
              treevae-dist report --checkpoint runs/mnist --out report.html
              treevae-dist report --checkpoint runs/mnist/model.h5 --data data/mnist --out tree.svg
              treevae-dist report --checkpoint runs/mnist/model.h5 --data data/mnist --split train --out tree.png
              treevae-dist report --compare runs/a runs/b runs/c --out compare.html
            """)

    package init() {}

    @Option(
        help: ArgumentHelp(
            "A checkpoint, the model.h5 of a finished run, or a run's directory.", valueName: "file"),
        completion: .file(extensions: ["h5"]))
    var checkpoint: String?

    @OptionGroup var samples: DataOptions

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Two or more checkpoints, or directories of runs: a page that shows them beside each other.",
            valueName: "file"))
    var compare: [String] = []

    @Option(
        help: ArgumentHelp(
            "Estimate the log-likelihood from so many draws of the latents of each sample, as eval does.",
            valueName: "draws"))
    var logLikelihood: Int?

    @OptionGroup var leafRule: LeafRuleOption

    @OptionGroup var support: SupportOption

    @OptionGroup var output: OutputOptions

    @Option(help: "html, svg or png; without it, what the name of the file ends in, or else html.")
    var format: Format?

    /// Kinds of files.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case html, svg, png
    }

    package func validate() throws {
        if let logLikelihood, logLikelihood < 1 {
            throw ValidationError("--log-likelihood \(logLikelihood): a likelihood takes at least 1 draw.")
        }
        if compare.isEmpty {
            guard checkpoint != nil else {
                throw ValidationError("which model? Name it with --checkpoint, or several with --compare.")
            }
            return
        }
        guard compare.count > 1 else {
            throw ValidationError("--compare takes two or more runs; one is shown with --checkpoint.")
        }
        if checkpoint != nil || support.isNamed || logLikelihood != nil {
            throw ValidationError(
                "--compare names its runs itself: leave --checkpoint, --support and --log-likelihood out.")
        }
        if kind != .html { throw ValidationError("--compare makes a page: name a file that ends in .html.") }
    }

    package func run() throws {
        Launch.run { communicator in
            // Before anything is computed.
            try communicator.agree("output") {
                try output.check()
                if kind == .png { _ = try SVGRenderer() }
            }
            if let checkpoint {
                let report = try report(of: checkpoint, communicator)
                try communicator.agree("report") {
                    guard let report else { return }
                    try write(report)
                    print(output.out)
                }
                return
            }
            let runs = try compare.map { name in
                (name, try report(of: name, communicator))
            }
            try communicator.agree("comparison") {
                let shown = runs.compactMap { name, report in report.map { (name: name, report: $0) } }
                guard shown.count == runs.count else { return }
                try AtomicFile.write(ComparisonPage(shown).html, to: output.out)
                print(output.out)
            }
        }
    }

    /// The report of one model, on rank 0; collective.
    private func report(of checkpoint: String, _ communicator: any Communicator) throws -> TreeReport? {
        let (reader, dataset, shares) = try communicator.agree("checkpoint and data") {
            let (reader, dataset) = try samples.read(checkpoint, warns: communicator.rank == 0)
            let shares = try support.shares(
                of: reader.header, at: reader.path, warns: communicator.rank == 0)
            return (reader, dataset, shares)
        }
        return try TreeReport.make(
            reader, on: dataset, part: samples.split.text, draws: logLikelihood,
            leafRule: leafRule.rule(for: reader.header), communicator: communicator)?.supported(shares)
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
