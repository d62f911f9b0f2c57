import ArgumentParser
import Checkpoints
import CommandSupport
import Datasets
import Foundation
import RunProgress
import RunLog
import Spelling
import Store
import Training

/// `treevae-dist inspect`: what is in a file of ours.
package struct InspectCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a checkpoint or a shard holds.",
        discussion: """
            Of a checkpoint: the tree with each node's depth, parameters, share of the samples and purity, \
            where the run stood, and its phases. The file is read whole, and a damaged one refused. Of a \
            shard: shape, type, count, classes, what else it holds, and how its values are distributed. \
            --watch follows a run in progress, from another terminal or node: the last epochs, a line for each new one, the \
            time left, and the tree at the end.

            EXAMPLES:
              treevae-dist inspect runs/mnist/model.h5
              treevae-dist inspect runs/mnist/model.h5 --json
              treevae-dist inspect runs/mnist/model.h5 --config > again.yml
              treevae-dist inspect data/mnist/train-00000-of-00004.h5
              treevae-dist inspect --watch runs/mnist
            """)

    package init() {}

    @Argument(
        help: ArgumentHelp(
            "A checkpoint, a shard, or a run's directory.", valueName: "file"),
        completion: .file())
    var file: String

    @OptionGroup var support: SupportOption

    @Flag(help: "Follow the run that writes to this directory until it is finished.")
    var watch = false

    @Flag(help: "Print the checkpoint's configuration as YAML, and nothing else.")
    var config = false

    @Flag(
        help: """
            Print one JSON object. Checkpoint: nodes, parameters, phase, epoch, history, configuration and \
            more; shard: shape, type, count, classes, histogram and more.
            """)
    var json = false

    package func validate() throws {
        if watch && (config || json) {
            throw ValidationError("--watch shows a run as it goes on: leave --config and --json out.")
        }
        if support.isNamed && (watch || config || json) {
            throw ValidationError(
                "--support says something of the drawn tree: leave --watch, --config and --json out.")
        }
        if config && json {
            throw ValidationError("--json holds the configuration already: leave --config out.")
        }
    }

    package func run() throws {
        if watch {
            let model = try RunFollower(file, line: ProgressLine(descriptor: 1)).follow()
            print(
                try CheckpointSummary(model).drawing(style: .init(for: Terminal(descriptor: 1))),
                terminator: "")
            print("model  \(model)")
            return
        }
        let file = try RunDirectory.checkpoint(meantBy: file)
        let root = try HDF5File.open(file).root
        let format = try root.hasAttribute("format") ? root.text("format") : nil
        switch format {
        case CheckpointSummary.format:
            let summary = try CheckpointSummary(file)
            if config {
                print(summary.header.configuration.yaml(), terminator: "")
            } else {
                print(
                    json
                        ? try summary.json()
                        : text(summary, try support.shares(of: summary.header, at: file, warns: true)))
            }
        case ShardSummary.format:
            if config { throw ValidationError("\(file) is a shard: only checkpoints hold a configuration.") }
            let report = try ShardReport(file)
            print(json ? try report.json() : report.text)
        default:
            let found = format.map { "its attribute 'format' is '\($0)'" } ?? "it has no attribute 'format'"
            throw TrainingError(
                "\(file): it is neither a checkpoint nor a shard of treevae-dist: \(found.printable)")
        }
    }

    private func text(_ summary: CheckpointSummary, _ support: [Int: Double]) -> String {
        var facts = TextTable([.left, .left])
        for fact in summary.facts { facts.append([fact.name, fact.value]) }
        let tree = summary.drawing(style: .init(for: Terminal(descriptor: 1)), support: support)
        return [facts.text, tree, phases(summary)].filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private func phases(_ summary: CheckpointSummary) -> String {
        guard !summary.phases.isEmpty else { return "" }
        var table = TextTable([.left] + Array(repeating: .right, count: 5))
        table.append(["phase", "epochs", "leaves", "first loss", "last loss", "last nmi"])
        for records in summary.phases {
            guard let first = records.first, let last = records.last else { continue }
            table.append([
                last.phase, String(records.count), String(last.leaves), String(format: "%.3f", first.loss),
                String(format: "%.3f", last.loss), last.nmi.map { String(format: "%.3f", $0) } ?? "-",
            ])
        }
        return table.text
    }
}
