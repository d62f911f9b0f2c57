import ArgumentParser
import Checkpoints
import Inference

/// What says which leaf a sample belongs to.
package struct LeafRuleOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Take the leaves by their importance-weighted posterior, from so many draws of the latents of each sample: \
            it asks every leaf how well it explains the sample, where the inference routers have seen the sample alone. \
            Costs as many evaluations.
            """, valueName: "draws"))
    package var posteriorDraws: Int?

    package init() {}

    package func validate() throws {
        if let posteriorDraws, posteriorDraws < 1 {
            throw ValidationError("--posterior-draws \(posteriorDraws): a posterior takes at least 1 draw.")
        }
    }

    /// The rule for a checkpoint's model.
    package func rule(for header: CheckpointHeader) -> LeafRule {
        LeafRule(draws: posteriorDraws, of: header)
    }
}
