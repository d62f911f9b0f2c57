import ArgumentParser
import Collectives
import Training

/// `treevae-dist eval`: metrics and the parts of the ELBO of a checkpoint's model.
struct EvalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Evaluate a checkpoint on a data set.",
        discussion: """
            Every sample goes to its most probable leaf; the clustering metrics need labels. The parts of the \
            ELBO are means in nats per sample, with one latent sample each, drawn from the checkpoint's seed: \
            the figures do not depend on the number of ranks. Data without labels have no dp, lp, acc, nmi and \
            ari.

            EXAMPLES:
              treevae-dist eval --checkpoint runs/mnist/model.h5 --data data/mnist
              treevae-dist eval --checkpoint runs/mnist/model.h5 --data data/mnist --split train --json
              mpirun -np 4 treevae-dist eval --checkpoint runs/mnist/model.h5 --data data/mnist --json
            """)

    @OptionGroup var subject: ModelAndDataOptions

    @Flag(
        help: """
            Print one JSON object: dp, lp, acc, nmi, ari, elbo, rec_loss, kl_root, kl_nodes, kl_decisions, \
            leaves, samples.
            """)
    var json = false

    func run() throws {
        Launch.run { communicator in
            let (reader, dataset) = try communicator.agree("checkpoint and data") {
                try subject.read(readsIDs: false)
            }
            let evaluation: Evaluation
            switch reader.header.configuration.precision {
            case .float:
                evaluation = try .run(reader, on: dataset, communicator: communicator, scalar: Float.self)
            case .double:
                evaluation = try .run(reader, on: dataset, communicator: communicator, scalar: Double.self)
            }
            if communicator.rank == 0 { print(json ? try evaluation.json() : evaluation.text) }
        }
    }
}
