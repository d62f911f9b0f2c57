import ArgumentParser
import Checkpoints
import Collectives
import CommandOptions
import Configuration
import Files
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

            FILE.png is a grid of pictures; FILE.h5 holds the samples and the prior's probability of every leaf \
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

    @OptionGroup var output: OutputOptions

    package func validate() throws {
        try output.validate(extensions: ["png", "h5"])
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
            case .float, .mixed: try write(Generator<Float>(reader))
            case .double: try write(Generator<Double>(reader))
            }
        }
    }

    private func write<R: Scalar>(_ generator: Generator<R>) throws {
        if output.out.hasSuffix(".png") {
            let isWhole = mode == .allLeaves
            let sheet = try PictureSheet(
                shape: generator.shape, count: count * (isWhole ? generator.leaves.count : 1),
                columns: isWhole ? generator.leaves.count : nil, advice: "write FILE.h5")
            var pictures: [Float] = []
            try generator.draw(plan) { pictures += $0.values }
            try AtomicFile.write(sheet.png(pictures), to: output.out)
        } else {
            let file = try SampleFile(output.out, plan, leaves: generator.leaves, shape: generator.shape)
            try generator.draw(plan) { try file.append($0) }
            try file.close()
        }
        print(
            "\(count) draws\(mode == .allLeaves ? ", each by \(generator.leaves.count) leaves" : ""): \(output.out)"
        )
    }
}
