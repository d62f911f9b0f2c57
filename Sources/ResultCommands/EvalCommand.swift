import ArgumentParser
import Checkpoints
import Collectives
import CommandOptions
import CommandSupport
import Datasets
import DeepECT
import Inference

/// `treevae-dist eval`: metrics and the parts of the ELBO of a checkpoint's model.
package struct EvalCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Evaluate a checkpoint on a data set.",
        discussion: """
            Every sample goes to its most probable leaf; the clustering metrics need labels. The parts of the \
            ELBO are means in nats per sample, with one latent sample each, drawn from the checkpoint's seed: \
            the figures do not depend on the number of ranks. Data without labels have no dp, lp, acc, nmi and \
            ari. A deep embedded cluster tree has the metrics, and as rec_loss the mean squared error of a value.

            EXAMPLES:
              treevae-dist eval --checkpoint runs/mnist/model.h5 --data data/mnist
              treevae-dist eval --checkpoint runs/mnist/model.h5 --data data/mnist --split train --json
              mpirun -np 4 treevae-dist eval --checkpoint runs/mnist/model.h5 --data data/mnist --json
              mpirun -np 4 treevae-dist eval --checkpoint runs/mnist/model.h5 --data data/mnist \\
                --log-likelihood 1000
            """)

    package init() {}

    @OptionGroup var subject: ModelAndDataOptions

    @Option(
        help: ArgumentHelp(
            """
            Estimate the log-likelihood from so many draws of the latents of each sample: as in the paper's Table 2, \
            the log-mean-exp of ELBOs of one draw, and as an importance-weighted lower bound.
            """, valueName: "draws"))
    var logLikelihood: Int?

    @OptionGroup var leafRule: LeafRuleOption

    @Flag(
        help: """
            Print one JSON object: dp, lp, acc, nmi, ari, elbo, rec_loss, kl_root, kl_nodes, kl_decisions, \
            leaves, samples; with --log-likelihood ll_paper, ll, ll_draws.
            """)
    var json = false

    package func validate() throws {
        if let logLikelihood, logLikelihood < 1 {
            throw ValidationError("--log-likelihood \(logLikelihood): a likelihood takes at least 1 draw.")
        }
    }

    package func run() throws {
        Launch.run { communicator in
            let (reader, dataset) = try communicator.agree("checkpoint and data") {
                try subject.read(readsIDs: false, warns: communicator.rank == 0)
            }
            if reader.header.configuration.model.kind == .deepect {
                for (option, draws) in [
                    ("--log-likelihood", logLikelihood), ("--posterior-draws", leafRule.posteriorDraws),
                ] where draws != nil {
                    throw TrainingError(
                        "\(option): \(reader.path) holds a deep embedded cluster tree, which has none")
                }
                let evaluation = try DeepECTEvaluation(reader, on: dataset, communicator: communicator)
                if communicator.rank == 0 { print(json ? try evaluation.json() : evaluation.text) }
                return
            }
            let evaluation: Evaluation
            switch reader.header.configuration.precision {
            case .float, .mixed: evaluation = try evaluate(reader, dataset, communicator, as: Float.self)
            case .double: evaluation = try evaluate(reader, dataset, communicator, as: Double.self)
            }
            if communicator.rank == 0 { print(json ? try evaluation.json() : evaluation.text) }
        }
    }

    private func evaluate<R: Scalar>(
        _ reader: CheckpointReader, _ dataset: Dataset, _ communicator: any Communicator, as scalar: R.Type
    ) throws -> Evaluation {
        // A line for every tenth, of rank 0, whose share is like those of the others.
        var tenths = 0
        return try .run(
            reader, on: dataset, communicator: communicator, scalar: scalar, draws: logLikelihood,
            leafRule: leafRule.rule(for: reader.header),
            progress: { share in
                guard communicator.rank == 0, Int(share * 10) > tenths else { return }
                tenths = Int(share * 10)
                printToStandardError("log-likelihood: \(10 * tenths) %")
            })
    }
}
