import Batches
import Growth
import TreeModel

extension Trainer {
    /// The samples of a leaf that a split of it would be trained on; collective.
    func subset(of leaf: Int) throws -> SampleSelection {
        try evaluator.subset(
            of: trainingData, leaf: leaf,
            threshold: growthRule.threshold(effectiveLeaves: state.effectiveLeaves))
    }

    /// What a leaf's latents are made of; nil where they are no two clouds; collective.
    ///
    /// - Parameters:
    ///   - subset: the leaf's samples.
    ///   - noise: of its latents.
    func mixture(of leaf: Int, in subset: SampleSelection, noise: NoiseKey) throws -> GaussianMixture? {
        // More points hardly change a few Gaussians.
        let count = min(subset.count, 5000)
        let rows = try FrozenTree.latents(
            evaluator, leaf: leaf, dataset: trainingData,
            selection: SampleSelection((0..<count).map { subset[$0 * subset.count / count] }), noise: noise)
        return GaussianMixture(
            points: rows.values, dimensions: rows.features, leastShare: configuration.growth.leastCloud)
    }

    /// Whether a leaf's latents are one cloud; collective.
    func isCloud(_ leaf: Int) throws -> Bool {
        let mixture = try mixture(of: leaf, in: subset(of: leaf), noise: noise(.growth))
        return (mixture?.overlap ?? 1) > growthRule.mostOverlap
    }
}
