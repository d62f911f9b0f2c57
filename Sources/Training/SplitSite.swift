import Batches
import Checkpoints
import Collectives
import Growth
import Inference
import Kernels
import Layers
import TreeModel

/// A leaf that is to split: the samples of its subset, and what the frozen tree gives to each.
struct SplitSite<R: Scalar> {
    private let leaf: Int
    /// The leaf's samples, of all ranks.
    private let subset: SampleSelection
    let frozen: FrozenTree<R>
    private let trainer: Trainer<R>
    private let noise: NoiseKey

    /// Runs the frozen tree over the leaf's samples; collective.
    ///
    /// - Parameter memory: what may be kept of the frozen tree.
    init(_ trainer: Trainer<R>, leaf: Int, memory: inout MemoryBudget) throws {
        self.trainer = trainer
        self.leaf = leaf
        let data = trainer.trainingData
        let subset = try trainer.subset(of: leaf)
        try trainer.communicator.agree("subset of a leaf") {
            guard subset.count == 0 else { return }
            throw TrainingError(
                "leaf \(leaf) is being split, but no sample of \(data.name) belongs to it: resume with the data "
                    + "and the data.limit that the run was started with")
        }
        self.subset = subset
        // The key stays that of the phase's first epoch, so that a resumed phase finds the same latents.
        var noise = trainer.noise(.growth)
        noise.epoch -= UInt32(trainer.state.epoch)
        self.noise = noise
        frozen = try FrozenTree(
            trainer.evaluator, leaf: leaf, dataset: data, subset: subset,
            fixesLatents: trainer.configuration.growth.fixedSubsetLatents && trainer.augmenter == nil,
            noise: noise, memory: &memory)
    }

    /// What the leaf's latents are made of; nil where they are no two clouds; collective.
    func mixture() throws -> GaussianMixture? { try trainer.mixture(of: leaf, in: subset, noise: noise) }

    /// The passes of the split's epochs.
    var passes: EpochPasses<R> {
        let configuration = trainer.configuration
        let views = configuration.augmentation.views
        return EpochPasses(
            trainer.trainingData, samples: subset,
            // Both references leave out a subtree's last short batch.
            EpochBatches(
                samples: subset.count, views: views, dropsLast: true,
                division: trainer.division(min(configuration.training.batchSize, subset.count * views))),
            augmenter: trainer.augmenter, seed: configuration.seedBits)
    }
}
