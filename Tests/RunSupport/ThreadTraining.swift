import Checkpoints
import Collectives
import Inference
import RunLog
import ThreadRanks
import Topology
import Training
import TreeModel

/// A whole training whose ranks are threads.
package enum ThreadTraining {
    /// What a rank ends with.
    package struct Outcome: Sendable {
        package let tree: Tree
        package let history: [EpochRecord]
        package let growth: [GrowthRecord]
        package let evaluation: Evaluation
    }

    /// Trains by the published settings and `overrides`, and returns what each rank ends with.
    package static func run(
        _ overrides: [String], on source: RunPlan.Source, in directory: String, ranks: Int,
        resumes: Bool = false
    ) throws -> [Outcome] {
        try ThreadCommunicator.run(ranks: ranks) { communicator in
            let plan = try communicator.agree("plan") {
                try RunPlan(
                    configuration: nil, defaults: .published, overrides: overrides, source: source,
                    directory: RunDirectory(directory), resumes: resumes, ranks: communicator.size)
            }
            return try run(plan, as: plan.configuration.precision.scalar, communicator)
        }
    }

    private static func run<R: Scalar>(
        _ plan: RunPlan, as scalar: R.Type, _ communicator: any Communicator
    ) throws -> Outcome {
        let plan = try plan.digested(by: communicator)
        let trainer = try communicator.agree("trainer") {
            try Trainer<R>(plan, communicator: communicator)
        }
        let outcome = try trainer.run()
        return Outcome(
            tree: outcome.tree, history: trainer.history, growth: trainer.growth,
            evaluation: outcome.evaluation)
    }
}
