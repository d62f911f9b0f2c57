import Kernels
import Layers
import Networks
import Topology

/// The decision of a node that splits: the probabilities of going left and right, and their KL from the prior's.
///
/// Per-sample values are `[stride]`, those of the samples that reach the node.
final class Decision<R: Real> {
    /// z to the logit of going left, p(c | z) (paper 2.1).
    let generativeRouter: Network<R>
    /// d to the logit of going left, q(c | x) (paper 2.2).
    let inferenceRouter: Network<R>
    /// Probability of going left.
    let left: Activation<R>
    /// Probability of going right.
    let right: Activation<R>
    /// KL(q ‖ p).
    private let divergence: Activation<R>
    /// What the contrastive extension adds; nil without it, and in evaluation.
    let contrastive: ContrastiveDecision<R>?
    /// What leads the decision while a split is young; nil where none is asked for.
    var lead: DecisionLead<R>?
    private let pass: Pass<R>

    /// - Parameters:
    ///   - node: the node that splits.
    ///   - z: its latent.
    ///   - level: d of its depth.
    ///   - builder: that of the node's pass.
    init(of node: Tree.Node, z: Activation<R>, level: Activation<R>, builder: NetworkBuilder<R>) {
        let name = nodeName(node.id)
        pass = builder.pass
        generativeRouter = builder.router("\(name)/generative_router", input: z, depth: node.depth)
        inferenceRouter = builder.router("\(name)/inference_router", input: level, depth: node.depth)
        left = Activation(rows: 1, pass: pass, hasGradient: builder.training)
        right = Activation(rows: 1, pass: pass, hasGradient: builder.training)
        divergence = Activation(rows: 1, pass: pass, hasGradient: builder.training)
        contrastive =
            builder.training
            ? builder.architecture.contrastive.map {
                ContrastiveDecision(temperature: $0.routerTemperature, pass: builder.pass)
            } : nil
    }

    /// The two branches, left before right as a node's children.
    func branch(_ child: Int) -> Activation<R> { child == 0 ? left : right }

    // MARK: The two branches

    /// Takes the probabilities of the branches from a router: that of inference, or in generation the generative one.
    func decide(by router: Network<R>) {
        R.branchProbabilities(
            logit: router.output.value, left: left.value, right: right.value, count: pass.batch.stride)
    }

    /// Makes a sample's decision certain: it skips the other child.
    func makeCertain(_ column: Int, goesLeft: Bool) {
        // The logit of a probability that rounds to 1.
        inferenceRouter.output.value[column] = goesLeft ? 1000 : -1000
        left.value[column] = goesLeft ? 1 : 0
        right.value[column] = goesLeft ? 0 : 1
    }

    /// Backward of ``decide(by:)`` and of the KL, from their gradients to those of both routers' logits.
    ///
    /// - Parameter weights: what each sample counts in the lead, `[stride]`.
    func decideGradient(weights: UnsafePointer<R>) {
        contrastive?.addGradient(left: left, right: right, stride: pass.batch.stride)
        let (posterior, prior) = (inferenceRouter.output, generativeRouter.output)
        R.decisionGradient(
            posteriorLogit: posterior.value, priorLogit: prior.value, epsilon: .epsilon,
            dDivergence: divergence.gradient, dLeft: left.gradient, dRight: right.gradient,
            dPosteriorLogit: posterior.gradient, dPriorLogit: prior.gradient, count: pass.batch.stride)
        lead?.addGradient(
            left: left.value, weights: weights, scratch: pass.scratch(pass.batch.stride),
            gradient: posterior.gradient, count: pass.batch.stride)
    }

    /// Hands the probabilities to the contrastive term.
    func loadContrastive(reach: UnsafePointer<R>, topReach: UnsafePointer<R>) {
        contrastive?.load(
            left: left, right: right, reach: reach, topReach: topReach, stride: pass.batch.stride)
    }

    // MARK: Its part of the objective

    /// `P(i; c) · KL(q(c | x) ‖ p(c | z))` of each sample (paper 2.4); in the pass's scratch.
    ///
    /// - Parameter reach: P(i; c), the probability of reaching the node.
    func weightedDivergence(reach: Activation<R>) -> UnsafePointer<R> {
        let stride = pass.batch.stride
        R.decisionDivergence(
            posteriorLogit: inferenceRouter.output.value, priorLogit: generativeRouter.output.value,
            epsilon: .epsilon, divergence: divergence.value, count: stride)
        let weighted = pass.scratch(stride)
        R.multiply(reach.value, divergence.value, into: weighted, count: stride)
        return UnsafePointer(weighted)
    }

    /// Backward of ``weightedDivergence(reach:)``: the gradient of the KL, and an addition to that of the reach
    /// probability.
    ///
    /// - Parameter weights: what each sample counts.
    func weightedDivergenceGradient(reach: Activation<R>, weights: UnsafePointer<R>) {
        let stride = pass.batch.stride
        R.multiply(weights, reach.value, into: divergence.gradient, count: stride)
        R.multiplyAdd(weights, divergence.value, into: reach.gradient, count: stride)
    }
}
