import Batches
import Checkpoints
import Kernels
import Layers
import TreeModel

/// What the steps of a phase train: a whole model, or two new leaves of a tree.
package protocol Trainee<Value> {
    /// Type of its parameters.
    associatedtype Value: Scalar
    /// Parameters, gradients and moments.
    var arena: Arena<Value> { get }
    /// Where the samples of a batch are loaded, `[features, stride]`.
    var images: UnsafeMutablePointer<Value> { get }

    /// Forward and backward of a batch that is loaded (paper 2.4); leaves the gradients in the arena.
    ///
    /// - Parameters:
    ///   - noise: key of the step's latents.
    ///   - alpha: weight of the KL parts.
    ///   - observer: told the end of each stage.
    /// - Returns: this rank's part of the means over the global batch.
    func step(_ batch: Batch, noise: NoiseKey, alpha: Double, observer: StepObserver?) throws -> LossTerms

    /// What follows the optimiser's step, the same on all ranks; collective.
    ///
    /// - Parameters:
    ///   - iteration: steps of the phase before this one.
    ///   - learningRate: that of the step.
    func finishStep(iteration: Int, learningRate: Double) throws
}

extension Trainee {
    package func finishStep(iteration: Int, learningRate: Double) {}
}

extension TreeVAE: Trainee where R: Scalar {
    package func step(_ batch: Batch, noise: NoiseKey, alpha: Double, observer: StepObserver?) throws
        -> LossTerms
    {
        try step(
            batch.shape, noise: noise, samples: batch.identities, alpha: alpha, observer: observer)
    }
}

/// A subtree in training below the tree that it grows from, whose parameters stay as they are (paper 2.5).
package struct GrowingSubtree<R: Scalar>: Trainee {
    private let subtree: Subtree<R>
    private let frozen: FrozenTree<R>
    private let lead: SplitLead?

    /// A subtree, and what it gets from the tree above it.
    ///
    /// - Parameter lead: what the split is led to, if it is.
    package init(_ subtree: Subtree<R>, below frozen: FrozenTree<R>, lead: SplitLead? = nil) {
        self.subtree = subtree
        self.frozen = frozen
        self.lead = lead
    }

    package var arena: Arena<R> { subtree.arena }
    package var images: UnsafeMutablePointer<R> { subtree.images.value }

    package func step(_ batch: Batch, noise: NoiseKey, alpha: Double, observer: StepObserver?) throws
        -> LossTerms
    {
        let latents = NoiseKey(seed: noise.seed, epoch: noise.epoch, stream: .growth)
        try frozen.load(batch, noise: latents, into: subtree)
        if let lead {
            lead.set(batch.shape, of: subtree)
        } else {
            subtree.lead(weight: 0, columns: 0) { _ in 0 }
        }
        return try subtree.step(
            batch.shape, noise: noise, samples: batch.identities, alpha: alpha, observer: observer)
    }
}
