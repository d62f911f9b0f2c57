import Batches
import Checkpoints
import Collectives
import Datasets
import Inference
import Report

/// Where some samples lie in the latents of every node: the means of their posteriors in the plane of the first two
/// principal components, each sample counting as it reaches the node.
struct LatentPlanes<R: Scalar> {
    let evaluator: Evaluator<R>
    let dataset: Dataset

    /// Samples shown, at most.
    private static var most: Int { 1000 }

    /// At even distances in the order of the data.
    private var samples: [Int32] {
        let shown = min(Self.most, dataset.count)
        return (0..<shown).map { Int32((2 * $0 + 1) * dataset.count / (2 * shown)) }
    }

    /// Adds planes and labels to a report. On one rank: nothing is exchanged.
    func describe(_ report: inout TreeReport) throws {
        let samples = samples
        let model = evaluator.model
        let nodes = model.tree.nodes
        let sizes = nodes.map { model.architecture.latentSize(depth: $0.depth) }
        var latents = sizes.map { [Double](repeating: 0, count: samples.count * $0) }
        var reach = nodes.map { _ in [Double](repeating: 0, count: samples.count) }
        let solo = Evaluator(
            model: model, communicator: SoloCommunicator(), sliceColumns: evaluator.sliceColumns)
        try solo.forEachBatch(of: dataset, selection: SampleSelection(samples)) { batch in
            try model.reconstruct(batch.shape)
            for node in nodes {
                let (z, probability) = (model.topDown.latent(node.id), model.topDown.leafReach(node.id))
                let size = sizes[node.id]
                for (column, row) in batch.places.enumerated() {
                    reach[node.id][row] = Double(probability[column])
                    for dimension in 0..<size {
                        latents[node.id][row * size + dimension] =
                            Double(z[dimension * batch.shape.stride + column])
                    }
                }
            }
        }
        for node in nodes {
            report.nodes[node.id].plane = Self.plane(
                latents[node.id], dimensions: sizes[node.id], reach: reach[node.id])
        }
        report.plottedLabels = dataset.labels.map { labels in samples.map { Int(labels[Int($0)]) } } ?? []
    }

    /// Places and probabilities as bytes; nil where no sample reaches the node.
    static func plane(_ latents: [Double], dimensions: Int, reach: [Double]) -> TreeReport.Node.Plane? {
        // Who hardly reaches a node says nothing of it.
        let weights = reach.map { $0 < 0.01 ? 0 : $0 }
        guard dimensions > 0, latents.allSatisfy(\.isFinite), weights.contains(where: { $0 > 0 }) else {
            return nil
        }
        let plane = PrincipalPlane(latents, dimensions: dimensions, weights: weights)
        let places = plane.places(of: latents)
        let seen = weights.indices.filter { weights[$0] > 0 }
        func bytes(_ axis: Int) -> [UInt8] {
            let values = seen.map { places[$0][axis] }
            guard let low = values.min(), let high = values.max() else { return [] }
            let scale = high > low ? 255 / (high - low) : 0
            return places.map { UInt8(max(0, min(255, (($0[axis] - low) * scale).rounded()))) }
        }
        let (x, y) = (bytes(0), bytes(1))
        return TreeReport.Node.Plane(
            points: weights.indices.flatMap {
                [x[$0], y[$0], UInt8(max(0, min(255, (weights[$0] * 255).rounded())))]
            },
            shares: plane.shares)
    }
}
