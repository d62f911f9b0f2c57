import ArgumentParser
import Checkpoints
import Collectives
import CommandOptions
import Configuration
import Files
import Foundation
import Inference

/// `treevae-dist sample`: new samples from the model.
package struct SampleCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Draw new samples from a model's prior.",
        discussion: """
            all-leaves: every leaf decodes the same draws, a column of pictures a leaf. paths: each draw walks from \
            the root to a leaf, the prior's routers deciding. leaf: draws whose walk ends in the leaf --leaf. The \
            temperature multiplies the standard deviations of all latents: 1 is the model's prior, 0 its mean; \
            decisions keep their probabilities.

            FILE.png and FILE.svg are a sheet of pictures, small ones enlarged, with leaf, class and the prior's \
            probability of the leaf; FILE.h5 holds the samples and the probability of every leaf \
            (docs/result-formats.md).

            EXAMPLES:
              treevae-dist sample --checkpoint runs/mnist/model.h5 --out leaves.png
              treevae-dist sample --checkpoint runs/mnist/model.h5 --mode paths --count 10000 --out draws.h5
              treevae-dist sample --checkpoint runs/mnist/model.h5 --mode leaf --leaf 17 --count 64 --out 17.png
            """)

    /// Which leaves decode.
    enum Mode: String, CaseIterable, ExpressibleByArgument {
        case allLeaves = "all-leaves"
        case paths, leaf
    }

    package init() {}

    @Option(
        help: ArgumentHelp("A checkpoint, or the model.h5 of a finished run.", valueName: "file"),
        completion: .file(extensions: ["h5"]))
    var checkpoint: String

    @Option(help: "Which leaves decode a draw: \(Mode.allCases.map(\.rawValue).joined(separator: ", ")).")
    var mode = Mode.allLeaves

    @Option(help: ArgumentHelp("The leaf of --mode leaf, by its id.", valueName: "id"))
    var leaf: Int?

    @Option(help: ArgumentHelp("Number of draws.", valueName: "n"))
    var count = 8

    @Option(help: ArgumentHelp("Factor on the standard deviations of the latents.", valueName: "t"))
    var temperature = 1.0

    @Option(help: ArgumentHelp("Key of the random numbers.", valueName: "s"))
    var seed = 1

    @Option(
        help: ArgumentHelp(
            "Batch of cells that samples are drawn of, where the model was trained with batches; its first without.",
            valueName: "name"))
    var batch: String?

    @OptionGroup var sheet: SheetOptions

    @OptionGroup var output: OutputOptions

    package func validate() throws {
        try output.validate(extensions: ["png", "svg", "h5"])
        if mode == .leaf && leaf == nil {
            throw ValidationError("--mode leaf needs a leaf: name it with --leaf.")
        }
        if mode != .leaf && leaf != nil { throw ValidationError("--leaf is for --mode leaf.") }
        guard (1...Int(Int32.max / 2)).contains(count) else {
            throw ValidationError("--count must be at least 1, not \(count).")
        }
        guard temperature.isFinite, temperature >= 0 else {
            throw ValidationError("--temperature must be a number that is not negative, not \(temperature).")
        }
    }

    private var plan: GenerationPlan {
        let mode: GenerationPlan.Mode =
            switch mode {
            case .allLeaves: .allLeaves
            case .paths: .paths
            case .leaf: .leaf(leaf ?? 0)
            }
        return GenerationPlan(mode: mode, count: count, temperature: temperature, seed: seed)
    }

    package func run() throws {
        Launch.runOnce("samples") {
            try output.check()
            let reader = try CheckpointReader(checkpoint)
            switch reader.header.configuration.precision {
            case .float, .mixed: try write(Generator<Float>(reader, batch: batch), of: reader.header)
            case .double: try write(Generator<Double>(reader, batch: batch), of: reader.header)
            }
        }
    }

    private func write<R: Scalar>(_ generator: Generator<R>, of header: CheckpointHeader) throws {
        if !output.out.hasSuffix(".h5") {
            try writeSheet(generator, of: header)
        } else {
            let file = try SampleFile(output.out, plan, leaves: generator.leaves, shape: generator.shape)
            try generator.draw(plan) { try file.append($0) }
            try file.close()
        }
        print(
            "\(count) draws\(mode == .allLeaves ? ", each by \(generator.leaves.count) leaves" : ""): \(output.out)"
        )
    }

    /// A column for each leaf where all decode; else each draw with its leaf.
    private func writeSheet<R: Scalar>(_ generator: Generator<R>, of header: CheckpointHeader) throws {
        let leaves = generator.leaves
        let isWhole = mode == .allLeaves
        let grid = try PictureGrid(
            shape: generator.shape, count: count * (isWhole ? leaves.count : 1),
            columns: isWhole ? leaves.count : nil, advice: "write FILE.h5")
        var pictures: [Float] = []
        var captions: [String] = []
        try generator.draw(plan) { batch in
            pictures += batch.values
            for draw in 0..<batch.count {
                let probabilities = batch.probabilities[draw * leaves.count..<(draw + 1) * leaves.count]
                let texts = probabilities.map { String(format: "%.2f", $0) }
                if isWhole {
                    captions += texts
                } else if let place = leaves.firstIndex(of: batch.leaves[draw]) {
                    captions.append(
                        ["leaf \(leaves[place])", header.majority(of: leaves[place]), texts[place]]
                            .filter { !$0.isEmpty }.joined(separator: ", "))
                }
            }
        }
        var captioned = CaptionedSheet(grid: grid, captions: captions)
        if isWhole {
            captioned.columns = leaves.map { .init(name: "leaf \($0)", note: header.majority(of: $0)) }
            captioned.rows = (1...count).map { .init(name: "draw \($0)") }
        }
        try sheet.write(captioned, of: pictures, to: output.out)
    }
}
