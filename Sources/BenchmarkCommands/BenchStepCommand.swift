import ArgumentParser
import Benchmarks
import Checkpoints
import Collectives
import CommandSupport
import Configuration
import Foundation
import Training

/// `treevae-dist bench step`: whole training steps and their stages.
struct BenchStepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "step",
        abstract: "Time training steps on random samples.",
        discussion: """
            A step is forward, backward, the exchange of gradients and Adam, of the whole tree, in the loop \
            that training runs; nothing is read or written. Under mpirun each rank takes its share of the \
            batch. Steps are measured for --seconds, then for a third of that stage by stage.

            The speed is compared with that of matrix products in the same precision and the same run, with all \
            ranks at work: the faster of 1024x1024x1024 and the product of a hidden layer, width x batch x width. \
            sgemm_share is the products' operations a second and rank over that speed, fma_share that over the speed of a \
            loop of fused multiply-adds in registers, which needs no library.

            OpenBLAS chooses its kernels by processor. A release older than the processor falls back to slower ones, \
            and every share of sgemm then looks better than it is: the kernels are named beside the speed, and \
            OPENBLAS_CORETYPE chooses others (SkylakeX for AVX-512).

            EXAMPLES:
              treevae-dist bench step
              treevae-dist bench step --leaves 20 --batch 512 --json
              treevae-dist bench step --config configs/strokes.yml --precision double
              mpirun -np 2 treevae-dist bench step
              OPENBLAS_CORETYPE=SkylakeX treevae-dist bench step
              treevae-dist bench step --config sparse.yml --routed --leaves 64
              treevae-dist bench step --checkpoint runs/mnist/model.h5
              treevae-dist bench step --export step.h5
              treevae-dist bench step --export step.h5 --checkpoint runs/mnist/model.h5 --batch 32
            """)

    @OptionGroup var model: BenchModelOptions

    @OptionGroup var options: BenchRunOptions

    @Option(
        help: ArgumentHelp(
            """
            Measure nothing: write an HDF5 file with parameters, images and noise of one step, and the loss and the \
            gradients that it gives, for another program to compare with (docs/performance.md).
            """, valueName: "file"))
    var export: String?

    @Option(
        help: ArgumentHelp(
            """
            The model of a checkpoint, in place of an untrained one of --config and --leaves: in a trained tree most \
            samples reach most leaves with next to no probability.
            """, valueName: "file"), completion: .file(extensions: ["h5"]))
    var checkpoint: String?

    @Flag(
        help: """
            Let routers send each sample down one path, as those of a trained tree do; new ones send all samples \
            everywhere. It makes a difference with model.path_threshold.
            """)
    var routed = false

    @Flag(
        help: """
            Print one JSON object: median_ms, min_ms, samples_per_second, flops, sgemm_gflops, sgemm_shape, \
            sgemm_kernels, sgemm_share, fma_gflops, fma_share, stages_ms, batch_norm_exchange_ms, ranks, leaves, batch, \
            parameters, precision, kernels, steps, denormals; with --export: rec_loss, kl_root, kl_nodes, kl_decisions.
            """)
    var json = false

    func validate() throws {
        guard export == nil || !routed else {
            throw ValidationError("--routed is about speed, and --export measures nothing.")
        }
        guard checkpoint == nil || !routed else {
            throw ValidationError(
                "--checkpoint has routers of its own, and --routed is about those of a new model.")
        }
        guard checkpoint == nil || model.architecture.config == nil && model.architecture.precision == nil
        else { throw ValidationError("--checkpoint has a configuration and a precision of its own.") }
    }

    func run() throws {
        Launch.run { communicator in
            let reader = try communicator.agree("checkpoint") { try checkpoint.map(CheckpointReader.init) }
            let configuration = try communicator.agree("configuration") {
                try options.resolved(
                    reader?.header.configuration ?? model.configuration(), ranks: communicator.size)
            }
            if let export { return try write(configuration, reader, to: export, communicator) }
            let result = try measure(configuration, reader, communicator)
            if communicator.rank == 0 { print(json ? try result.json() : text(result)) }
        }
    }

    private func measure(
        _ configuration: Configuration, _ reader: CheckpointReader?, _ communicator: any Communicator
    ) throws -> StepBenchmark {
        let scalar = configuration.precision.scalar
        guard let reader else {
            return try StepBenchmark(
                configuration, leaves: model.leaves, isRouted: routed, communicator: communicator,
                seconds: options.seconds, scalar: scalar)
        }
        return try StepBenchmark(
            reader, batchSize: configuration.training.batchSize, communicator: communicator,
            seconds: options.seconds, scalar: scalar)
    }

    /// One process does the step; the others wait for its success.
    private func write(
        _ configuration: Configuration, _ reader: CheckpointReader?, to path: String,
        _ communicator: any Communicator
    ) throws {
        let export = try communicator.agree("export") { () throws -> StepExport? in
            guard configuration.model.pathThreshold == 0 else {
                throw ValidationError(
                    "--export writes a step in which samples take all paths: set model.path_threshold to 0.")
            }
            guard configuration.contrastive.weight == 0 else {
                throw ValidationError(
                    "--export writes a step on images of one view each: set contrastive.weight to 0.")
            }
            guard communicator.rank == 0 else { return nil }
            let scalar = configuration.precision.scalar
            guard let reader else {
                return try StepExport(configuration, leaves: model.leaves, to: path, scalar: scalar)
            }
            return try StepExport(
                reader, batchSize: configuration.training.batchSize, to: path, scalar: scalar)
        }
        guard let export else { return }
        print(json ? try export.json() : "\(path) holds \(export)")
    }

    private func text(_ result: StepBenchmark) -> String {
        func number(_ value: Double, _ format: String = "%.1f") -> String { String(format: format, value) }
        let seconds = result.timing.medianMilliseconds / 1e3
        let gigaflops = Double(result.flops) / 1e9
        let rate = gigaflops / seconds / Double(result.ranks)
        var facts = TextTable([.left, .left])
        facts.append([
            "model",
            "\(result.leaves) leaves, \(result.parameters) parameters, \(result.precision), \(result.kernels) kernels",
        ])
        facts.append([
            "batch", "\(result.batch) samples on \(rankCount(result.ranks))",
        ])
        facts.append([
            "step",
            "\(number(result.timing.medianMilliseconds)) ms median, \(number(result.timing.minimumMilliseconds)) ms best of "
                + "\(result.timing.count), \(number(result.samplesPerSecond, "%.0f")) samples/s",
        ])
        facts.append(["work", "\(number(gigaflops, "%.2f")) GFLOP, \(number(rate)) GFLOP/s a rank"])
        facts.append([
            "sgemm",
            "\(number(result.productSpeed)) GFLOP/s a rank (\(result.productShape), \(result.productKernels) kernels); the step reaches "
                + "\(number(result.productShare * 100)) % of it",
        ])
        facts.append([
            "multiply-adds",
            "\(number(result.multiplyAddSpeed)) GFLOP/s a rank in a loop; the step reaches "
                + "\(number(result.multiplyAddShare * 100)) % of it",
        ])
        facts.append(["denormals", "\(result.denormals) among gradients and moments"])
        let total = result.stages.reduce(0) { $0 + $1.milliseconds }
        var stages = TextTable([.left, .right, .right])
        stages.append(["stage", "ms", "share"])
        for stage in result.stages {
            stages.append([
                stage.name, number(stage.milliseconds, "%.2f"),
                number(stage.milliseconds / total * 100) + " %",
            ])
        }
        let exchange = number(result.batchNormExchange, "%.2f")
        return facts.text + "\n\n" + stages.text
            + "\n\nbatch-norm moments take \(exchange) ms of these to cross the ranks"
    }
}
