import Batches
import Checkpoints
import Collectives
import Kernels
import Layers
import Training
import TreeModel

/// The autoencoder alone, which learns to see what it is not shown.
struct PretrainedAutoencoder<R: Scalar>: Trainee {
    let model: DeepECTModel<R>

    var arena: Arena<R> { model.autoencoder.arena }
    var images: UnsafeMutablePointer<R> { model.autoencoder.images.value }

    func step(_ batch: Batch, noise: NoiseKey, alpha: Double, observer: StepObserver?) throws -> LossTerms {
        var terms = LossTerms()
        let autoencoder = model.autoencoder
        guard batch.shape.columns > 0 else {
            autoencoder.clearGradients()
            return terms
        }
        autoencoder.encode(
            batch.shape, keeping: model.settings.keptInputs, seed: noise.seed, epoch: noise.epoch,
            samples: batch.identities)
        terms.reconstruction = autoencoder.reconstruct()
        autoencoder.backwardDecoder()
        autoencoder.backwardEncoder()
        return terms
    }
}

/// Autoencoder and tree: after each step of the weights the centres follow, nodes without samples go, and now and then a
/// leaf splits.
final class GrowingClusterTree<R: Scalar>: Trainee {
    private let model: DeepECTModel<R>
    private let adam: Adam
    private let views: Int
    /// Told when it is time for a split, with the steps so far; collective.
    private let grow: (Int) throws -> Void
    private var last: ClusterLoss.Result?

    init(_ model: DeepECTModel<R>, _ adam: Adam, views: Int, grow: @escaping (Int) throws -> Void) {
        self.model = model
        self.adam = adam
        self.views = views
        self.grow = grow
    }

    var arena: Arena<R> { model.autoencoder.arena }
    var images: UnsafeMutablePointer<R> { model.autoencoder.images.value }

    func step(_ batch: Batch, noise: NoiseKey, alpha: Double, observer: StepObserver?) throws -> LossTerms {
        var terms = LossTerms()
        let (autoencoder, shape) = (model.autoencoder, batch.shape)
        let hasSamples = shape.columns > 0
        if hasSamples {
            autoencoder.encode(shape)
            terms.reconstruction = autoencoder.reconstruct()
            autoencoder.backwardDecoder()
        } else {
            autoencoder.clearGradients()
        }
        let loss = ClusterLoss(model.tree)
        let embedding = autoencoder.embedding
        let result = try loss.evaluate(
            embedding.value, try assignments(loss, batch), shape, views: views,
            gradient: embedding.gradient, model.communicator)
        if hasSamples { autoencoder.backwardEncoder() }
        terms.dataCompression = result.dataCompression
        // A value of all ranks, of which one tells it.
        if model.communicator.rank == 0 { terms.nodeCentres = result.nodeCentres }
        last = result
        return terms
    }

    /// The leaf of each column; that of a second view is the first's, which another rank may hold.
    private func assignments(_ loss: ClusterLoss, _ batch: Batch) throws -> [Int32] {
        let nearest = loss.nearest(model.autoencoder.embedding.value, batch.shape)
        guard views > 1 else { return nearest }
        let plan = batch.plan
        var all = [Int32](repeating: 0, count: plan.samples)
        for column in 0..<plan.columns where plan.view(ofColumn: column) == 0 {
            all[plan.place(ofColumn: column) - plan.first] = nearest[column]
        }
        try model.communicator.sum(&all, purpose: "leaves of first views")
        return (0..<plan.columns).map { all[plan.place(ofColumn: $0) - plan.first] }
    }

    func finishStep(iteration: Int, learningRate: Double) throws {
        guard let last else { preconditionFailure("a step comes before its end") }
        model.tree.step(last.centreGradients, adam, learningRate: learningRate)
        model.tree.follow(last.counts)
        _ = model.tree.prune(below: model.settings.pruneBelow)
        if (iteration + 1) % model.settings.splitEvery == 0 { try grow(iteration + 1) }
    }
}
