import Foundation
import Kernels
import Layers
import Networks
import Topology
import TreeModel

/// Finite-difference checks of the gradients of every layer and of whole models.
public struct GradientCheck: Sendable {
    /// What was checked.
    public let name: String
    /// Its worst tensor.
    public let worst: TensorError

    /// The largest relative error that counts as right.
    public static let tolerance = 1e-5

    /// Whether the gradients are right.
    public var passes: Bool { worst.error <= Self.tolerance }

    /// Runs every check.
    public static func all() throws -> [GradientCheck] {
        try layers() + models()
    }
}

extension GradientCheck {
    /// Whole models: a young tree, one of ten leaves on all depths, a pruned one, the last two with sparse paths, those
    /// without a branch, and subtrees under both rules. Which nodes a sample skips changes in jumps, but nowhere within a finite difference.
    static func models() throws -> [GradientCheck] {
        var ten = Tree()
        for leaf in [1, 2, 3, 7, 9, 4, 5, 6] { _ = ten.split(leaf) }
        guard let pruned = ten.removing(leaf: ten.leaves[2])?.tree else {
            preconditionFailure("a tree of ten leaves can lose one")
        }
        return [
            try whole("root and two leaves", tree: Tree()),
            try whole("ten leaves down to depth \(ten.depth)", tree: ten),
            try whole("nine leaves, one pruned", tree: pruned),
            try whole("ten leaves, sparse paths", tree: ten, pathThreshold: pathThreshold),
            try whole("nine leaves, one pruned, sparse paths", tree: pruned, pathThreshold: pathThreshold),
            try whole("one node: a VAE", tree: .root),
            try whole("a chain of six: a ladder VAE", tree: .chain(levels: 6)),
            try subtree("subtree, reconstruction unweighted", weightsReconstruction: false),
            try subtree("subtree, reconstruction weighted", weightsReconstruction: true),
        ] + (try families()) + (try contrastive(ten: ten, pruned: pruned))
    }

    /// The contrastive extension in whole models, where a pruned root has no router, and in a subtree.
    private static func contrastive(ten: Tree, pruned: Tree) throws -> [GradientCheck] {
        var three = Tree()
        _ = three.split(2)
        guard let lopsided = three.removing(leaf: 1)?.tree else {
            preconditionFailure("a root keeps a child that splits")
        }
        return [
            try whole(
                "root and two leaves, contrastive", tree: Tree(), contrastive: contrastive(.published)),
            try whole("ten leaves, contrastive", tree: ten, contrastive: contrastive(.published)),
            try whole(
                "nine leaves, one pruned, contrastive terms summed", tree: pruned,
                contrastive: contrastive(.sum)),
            try whole(
                "a root with one child, contrastive", tree: lopsided, contrastive: contrastive(.published)),
            try whole(
                "a chain of six, contrastive", tree: .chain(levels: 6), contrastive: contrastive(.published)),
            try subtree(
                "subtree, contrastive", weightsReconstruction: false, contrastive: contrastive(.published)),
        ]
    }

    /// Heavy enough beside the reconstruction for an error to show.
    private static func contrastive(_ combination: ContrastiveSettings.Combination) -> ContrastiveSettings {
        ContrastiveSettings(
            weight: 100, temperature: 0.5, routerTemperature: 1, combination: combination, hidden: 9,
            projections: [5, 3, 4, 6, 3, 4])
    }

    /// Encoders and decoders of every other family, and every other likelihood, in the smallest tree.
    private static func families() throws -> [GradientCheck] {
        let families: [(name: String, architecture: Architecture)] = [
            ("cnn_omni", small(.cnnOmni, [1, 28, 28], firstWidth: 8, .bernoulli)),
            (
                "cnn_omni, TensorFlow's borders",
                small(.cnnOmni, [1, 28, 28], firstWidth: 8, .bernoulli, borders: .tensorflow)
            ),
            (
                "cnn2, TensorFlow's borders",
                small(.cnn2, [3, 32, 32], firstWidth: 128, .bernoulli, borders: .tensorflow)
            ),
            ("mlp, gaussian", small(.mlp, [19], firstWidth: 6, .gaussian(variance: 0.3))),
            ("mlp, negative-binomial", small(.mlp, [19], firstWidth: 6, .negativeBinomial)),
            (
                "mlp, zero-inflated-negative-binomial",
                small(.mlp, [19], firstWidth: 6, .zeroInflatedNegativeBinomial)
            ),
            (
                "cnn2, gaussian-learned",
                small(.cnn2, [3, 32, 32], firstWidth: 128, .learnedGaussian(minimumVariance: 0.01))
            ),
        ]
        var covariates = small(.mlp, [19], firstWidth: 6, .negativeBinomial)
        covariates.covariates = 3
        var missing = small(.mlp, [19], firstWidth: 6, .mixed(variance: 0.3, binary: [0, 4, 11]))
        missing.mayMiss = true
        let others = [("mlp, covariates", covariates), ("mlp, mixed columns with missing values", missing)]
        return try (families + others).map {
            try whole("\($0.name), root and two leaves", tree: Tree(), architecture: $0.architecture)
        }
    }

    private static let architecture = Architecture(
        family: .cnn1, inputShape: [1, 28, 28], latent: [5, 3, 4, 6, 3, 4], layers: [32, 24, 16, 24, 20, 16],
        batchNorm: .init(momentum: 0.9, epsilon: 1e-3, slope: 0.3), initialisation: .glorot)
    private static func small(
        _ family: Architecture.Family, _ shape: [Int], firstWidth: Int, _ likelihood: Likelihood,
        borders: Architecture.Borders = .pytorch
    ) -> Architecture {
        Architecture(
            family: family, borders: borders, inputShape: shape, latent: [3, 4, 2],
            layers: [firstWidth, 7, 5],
            batchNorm: .init(momentum: 0.9, epsilon: 1e-3, slope: 0.3), likelihood: likelihood,
            initialisation: .glorot)
    }
    /// Far from every reach probability that it is compared with.
    private static let pathThreshold = 0.2
    private static let columns = 6
    private static let samples = (0..<Int32(columns)).map { $0 }
    private static let noise = NoiseKey(seed: 5, epoch: 3, stream: .training)
    private static let alpha = 0.7

    private static func whole(
        _ name: String, tree: Tree, architecture: Architecture = architecture, pathThreshold: Double = 0,
        contrastive: ContrastiveSettings? = nil
    ) throws -> GradientCheck {
        var architecture = architecture
        architecture.pathThreshold = pathThreshold
        architecture.contrastive = contrastive
        let model = TreeVAE<Double>(architecture: architecture, tree: tree, columns: columns, training: true)
        initialise(model.arena)
        let batch = BatchShape(columns: columns, globalColumns: columns)
        fill(model.images, count: architecture.inputs * batch.stride, tensor: 9, low: 0, high: 1)
        if architecture.mayMiss {
            for index in stride(from: 2, to: architecture.features * batch.stride, by: 5) {
                model.images[index] = .nan
            }
        }
        func loss() throws -> Double {
            try samples.withUnsafeBufferPointer {
                try model.step(batch, noise: noise, samples: $0.baseAddress!, alpha: alpha).loss(alpha: alpha)
            }
        }
        if let contrastive = model.contrastive {
            _ = try loss()
            contrastive.holdWeights()
        }
        let worst = try DirectionalCheck().worst(model.arena, seed: 1) { _ in try loss() }
        return GradientCheck(name: name, worst: worst)
    }

    private static func subtree(
        _ name: String, weightsReconstruction: Bool, contrastive: ContrastiveSettings? = nil
    ) throws -> GradientCheck {
        var architecture = architecture
        architecture.contrastive = contrastive
        let subtree = Subtree<Double>(
            architecture: architecture, growing: Tree(), at: 1, weightsReconstruction: weightsReconstruction,
            columns: columns)
        initialise(subtree.arena)
        let batch = BatchShape(columns: columns, globalColumns: columns)
        fill(
            subtree.images.value, count: architecture.features * batch.stride, tensor: 9, low: 0, high: 1)
        fill(
            subtree.upperLevel.value, count: subtree.upperLevel.rows * batch.stride, tensor: 1, low: -1,
            high: 2)
        fill(
            subtree.lowerLevel.value, count: subtree.lowerLevel.rows * batch.stride, tensor: 2, low: -1,
            high: 2)
        fill(
            subtree.latent, count: architecture.latentSize(depth: 1) * batch.stride, tensor: 3, low: -2,
            high: 2)
        fill(subtree.reach, count: batch.stride, tensor: 4, low: 0.1, high: 1)
        let worst = try DirectionalCheck().worst(subtree.arena, seed: 2) { _ in
            try samples.withUnsafeBufferPointer {
                try subtree.step(batch, noise: noise, samples: $0.baseAddress!, alpha: alpha).loss(
                    alpha: alpha)
            }
        }
        return GradientCheck(name: name, worst: worst)
    }

    /// Random values for every tensor: at the usual first values, shifts are 0 and their gradients special.
    private static func initialise(_ arena: Arena<Double>) {
        arena.initialise(.fanIn, seed: 3, generation: 0)
        for (index, tensor) in arena.parameters.enumerated() {
            switch tensor.role {
            case .scale:
                fill(arena.value(tensor), count: tensor.count, tensor: UInt32(index), low: 0.5, high: 1.5)
            case .shift:
                fill(arena.value(tensor), count: tensor.count, tensor: UInt32(index), low: -0.5, high: 0.5)
            default: break
            }
        }
    }

    static func fill(
        _ values: UnsafeMutablePointer<Double>, count: Int, tensor: UInt32, low: Double, high: Double
    ) {
        Double.uniforms(
            key: 11, tensor: tensor, generation: 0, stream: 78, low: low, high: high, into: values,
            count: count)
    }
}
