import ArgumentParser
import Checkpoints
import Collectives
import CommandOptions
import CommandSupport
import Configuration
import Datasets
import Files
import Foundation
import Inference
import Store

/// `treevae-dist reconstruct`: what every leaf makes of given samples.
package struct ReconstructCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "reconstruct",
        abstract: "Reconstruct given samples by every leaf, with the leaves' probabilities.",
        discussion: """
            Latents are the means of the posteriors. FILE.png and FILE.svg have a row a sample: the original, then what \
            each leaf makes of it and the leaf's probability, leaves breadth first; small pictures are enlarged. \
            FILE.h5 holds the same as numbers (docs/result-formats.md). The probabilities of the leaves are printed.

            EXAMPLES:
              treevae-dist reconstruct --checkpoint runs/mnist/model.h5 --data data/mnist --out rows.png
              treevae-dist reconstruct --checkpoint runs/mnist/model.h5 --data data/mnist --rows 7,100-119 --out 7.h5
            """)

    package init() {}

    @OptionGroup var subject: ModelAndDataOptions

    @Option(help: ArgumentHelp("Rows of the split, from 0: numbers and ranges.", valueName: "rows"))
    var rows = RowList(rows: 0..<8)

    @OptionGroup var sheet: SheetOptions

    @OptionGroup var output: OutputOptions

    package func validate() throws { try output.validate(extensions: ["png", "svg", "h5"]) }

    package func run() throws {
        Launch.runOnce("reconstructions") {
            try output.check()
            let (reader, dataset) = try subject.read(warns: true)
            let rows = try rows.resolved(count: dataset.count)
            let result: Reconstruction
            switch reader.header.configuration.precision {
            case .float, .mixed:
                result = try Reconstruction(reader, of: dataset, rows: rows, scalar: Float.self)
            case .double: result = try Reconstruction(reader, of: dataset, rows: rows, scalar: Double.self)
            }
            if output.out.hasSuffix(".h5") {
                try result.write(to: output.out)
            } else {
                try sheet.write(
                    captioned(result, dataset, reader.header), of: pictures(result), to: output.out)
            }
            print(table(result))
        }
    }

    /// A row for each sample: the original below its class, then the leaves with their probabilities.
    private func captioned(
        _ result: Reconstruction, _ dataset: Dataset, _ header: CheckpointHeader
    ) throws -> CaptionedSheet {
        let leaves = result.leaves.count
        let grid = try PictureGrid(
            shape: result.shape, count: result.rows.count * (leaves + 1), columns: leaves + 1,
            advice: "write FILE.h5")
        let names = dataset.namesOfClasses
        let captions = result.rows.enumerated().flatMap { index, row in
            [dataset.labels.map { "class \(names[Int($0[row])])" } ?? ""]
                + result.probabilities[index * leaves..<(index + 1) * leaves].map {
                    String(format: "%.2f", $0)
                }
        }
        return CaptionedSheet(
            grid: grid,
            columns: [.init(name: "original")]
                + result.leaves.map { .init(name: "leaf \($0)", note: header.majority(of: $0)) },
            rows: result.ids.map { .init(name: Int($0) == nil ? $0 : "sample \($0)") }, captions: captions)
    }

    /// Row by row the sample and its reconstructions.
    private func pictures(_ result: Reconstruction) -> [Float] {
        let features = result.shape.reduce(1, *)
        let values = result.leaves.count * features
        return result.rows.indices.flatMap {
            result.originals[$0 * features..<($0 + 1) * features]
                + result.values[$0 * values..<($0 + 1) * values]
        }
    }

    private func table(_ result: Reconstruction) -> String {
        let leaves = result.leaves.count
        var table = TextTable([.left] + Array(repeating: .right, count: leaves))
        table.append(["sample"] + result.leaves.map { "leaf \($0)" })
        for (index, id) in result.ids.enumerated() {
            let probabilities = result.probabilities[index * leaves..<(index + 1) * leaves]
            table.append([id] + probabilities.map { String(format: "%.4f", $0) })
        }
        return table.text
    }
}

/// Rows of a data set: `7,100-119`.
struct RowList: ExpressibleByArgument, CustomStringConvertible {
    private let ranges: [ClosedRange<Int>]

    /// A range of rows.
    init(rows: Range<Int>) { ranges = [ClosedRange(rows)] }

    init?(argument: String) {
        var ranges: [ClosedRange<Int>] = []
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
                first >= 0,
                last >= first
            else { return nil }
            ranges.append(first...last)
        }
        self.ranges = ranges
    }

    var description: String {
        ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(
            separator: ",")
    }

    var defaultValueDescription: String { description }

    /// The rows, which must be among `count`.
    func resolved(count: Int) throws -> [Int] {
        if let range = ranges.first(where: { $0.upperBound >= count }) {
            throw TrainingError(
                "--rows \(range.upperBound): the split has \(count) samples, rows 0 to \(count - 1)")
        }
        return ranges.flatMap { Array($0) }
    }
}
