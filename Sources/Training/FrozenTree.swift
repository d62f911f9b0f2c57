import Batches
import Checkpoints
import Collectives
import Datasets
import Inference
import Kernels
import Layers
import TreeModel

/// The frozen tree below which a subtree grows: what it gives to each sample of the leaf's subset.
///
/// Without augmentation the frozen part's output is the same in every epoch, so it is computed once, divided
/// over the ranks, and gathered by row. The TensorFlow reference (published) fixes z with it; the PyTorch
/// reference draws z anew for every batch, and then the tree runs for every batch. It also does where the rows would
/// take more memory than there is for them; fixed latents are then drawn again and again, with the same noise.
///
/// With augmentation samples change with every epoch, and the tree runs for every batch, with z drawn anew: the TensorFlow
/// reference encodes the subset once an epoch, whose result has the same distribution.
package final class FrozenTree<R: Scalar> {
    private let model: TreeVAE<R>
    private let leaf: Int
    /// Key of z, where it is fixed.
    private let fixedNoise: NoiseKey?
    /// Set where the outputs are kept.
    private let rows: Rows?

    private struct Rows {
        let upperLevel: SampleRows<R>
        let lowerLevel: SampleRows<R>
        let latent: SampleRows<R>
        let reach: SampleRows<R>
    }

    /// - Parameters:
    ///   - subset: the leaf's samples, of all ranks.
    ///   - fixesLatents: whether one z per sample serves the whole phase, drawn with `noise`.
    ///   - memory: what may be kept of it.
    package init(
        _ evaluator: Evaluator<R>, leaf: Int, dataset: Dataset, subset: SampleSelection, fixesLatents: Bool,
        noise: NoiseKey, memory: inout MemoryBudget
    ) throws {
        let communicator = evaluator.communicator
        let model = evaluator.model
        self.model = model
        self.leaf = leaf
        fixedNoise = fixesLatents ? noise : nil
        let architecture = model.architecture
        let depth = model.tree.nodes[leaf].depth
        let widths = [
            architecture.width(depth: depth), architecture.width(depth: depth + 1),
            architecture.latentSize(depth: depth), 1,
        ]
        let bytes = widths.reduce(0, +) * subset.count * MemoryLayout<R>.stride
        guard fixesLatents, memory.take(bytes) else {
            rows = nil
            return
        }
        let share = evaluator.share(of: subset.count)
        func room(_ features: Int) -> SampleRows<R> { SampleRows(features: features, count: share.count) }
        let mine = Rows(
            upperLevel: room(widths[0]), lowerLevel: room(widths[1]), latent: room(widths[2]),
            reach: room(widths[3]))
        try evaluator.forEachBatch(of: dataset, selection: subset) { batch in
            try Self.run(model, batch, noise: noise)
            let rows =
                batch.places.lowerBound - share.lowerBound..<batch.places.upperBound - share.lowerBound
            mine.upperLevel.set(rows: rows, from: model.trunk.levels[depth].value)
            mine.lowerLevel.set(rows: rows, from: model.trunk.levels[depth + 1].value)
            mine.latent.set(rows: rows, from: model.topDown.latent(leaf))
            mine.reach.set(rows: rows, from: model.topDown.leafReach(leaf))
        }
        rows = Rows(
            upperLevel: try mine.upperLevel.concatenated(communicator, purpose: "frozen levels"),
            lowerLevel: try mine.lowerLevel.concatenated(communicator, purpose: "frozen levels"),
            latent: try mine.latent.concatenated(communicator, purpose: "frozen latents"),
            reach: try mine.reach.concatenated(communicator, purpose: "frozen reach probabilities"))
    }

    /// z of a leaf's samples, of all ranks and in order; collective.
    static func latents(
        _ evaluator: Evaluator<R>, leaf: Int, dataset: Dataset, selection: SampleSelection, noise: NoiseKey
    ) throws -> SampleRows<R> {
        let model = evaluator.model
        let share = evaluator.share(of: selection.count)
        let mine = SampleRows<R>(
            features: model.architecture.latentSize(depth: model.tree.nodes[leaf].depth), count: share.count)
        try evaluator.forEachBatch(of: dataset, selection: selection) { batch in
            try run(model, batch, noise: noise)
            mine.set(
                rows: batch.places.lowerBound - share.lowerBound..<batch.places.upperBound - share.lowerBound,
                from: model.topDown.latent(leaf))
        }
        return try mine.concatenated(evaluator.communicator, purpose: "latents of a leaf")
    }

    /// Fills a subtree's inputs for a batch whose images it has.
    ///
    /// - Parameter noise: key of z, where it is drawn for every batch.
    func load(_ batch: Batch, noise: NoiseKey, into subtree: Subtree<R>) throws {
        if let rows {
            let (positions, columns) = (batch.positions, batch.shape.columns)
            rows.upperLevel.load(positions, columns: columns, into: subtree.upperLevel.value)
            rows.lowerLevel.load(positions, columns: columns, into: subtree.lowerLevel.value)
            rows.latent.load(positions, columns: columns, into: subtree.latent)
            rows.reach.load(positions, columns: columns, into: subtree.reach)
            return
        }
        let stride = batch.shape.stride
        func copy(_ source: UnsafePointer<R>, rows: Int, to target: UnsafeMutablePointer<R>) {
            target.update(from: source, count: rows * stride)
        }
        copy(subtree.images.value, rows: subtree.images.rows, to: model.images)
        try Self.run(model, batch, noise: fixedNoise ?? noise)
        let depth = model.tree.nodes[leaf].depth
        copy(model.trunk.levels[depth].value, rows: subtree.upperLevel.rows, to: subtree.upperLevel.value)
        copy(model.trunk.levels[depth + 1].value, rows: subtree.lowerLevel.rows, to: subtree.lowerLevel.value)
        copy(
            model.topDown.latent(leaf), rows: model.architecture.latentSize(depth: depth), to: subtree.latent)
        copy(model.topDown.leafReach(leaf), rows: 1, to: subtree.reach)
    }

    private static func run(_ model: TreeVAE<R>, _ batch: Batch, noise: NoiseKey) throws {
        try model.assign(batch.shape)
        model.topDown.drawNoise(noise, samples: batch.identities)
        try model.topDown.sample(model.pass)
    }
}
