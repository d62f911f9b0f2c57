import Batches
import Checkpoints
import Collectives
import Datasets
import Inference
import Kernels
import Layers
import Report
import TreeModel

/// Pictures of leaves: samples that belong to them beside samples that they generate.
struct LeafPictures<R: Scalar> {
    let evaluator: Evaluator<R>
    let dataset: Dataset
    /// Of the latents that pictures are generated from.
    let seed: UInt64

    /// Pictures in a row of a sheet.
    private static var columns: Int { 8 }
    /// Bytes of pixels of all sheets, at most; PNG and base64 leave about as many.
    private static var budget: Int { 3 << 20 }

    /// Sheets of every leaf, by its identifier. On one rank: nothing is exchanged.
    func sheets(
        _ survey: LeafSurvey
    ) throws -> [Int: (data: PictureSheet?, generated: PictureSheet)] {
        let leaves = survey.clustering.leaves
        let format = PictureFormat(
            shape: dataset.shape, leaves: leaves.count, columns: Self.columns, budget: Self.budget)
        let examples = survey.examples(format.count)
        let data = try pictures(of: examples.flatMap { $0 }.sorted())
        let generated = try generate(format.count, leaves: leaves)
        var result: [Int: (data: PictureSheet?, generated: PictureSheet)] = [:]
        for (index, leaf) in leaves.enumerated() {
            let shown = examples[index].compactMap { data[$0] }
            result[leaf] = (
                data: shown.isEmpty ? nil : try format.sheet(shown),
                generated: try format.sheet(generated[index])
            )
        }
        return result
    }

    /// Inputs of some samples, `[features]` each in [0, 1]; `samples` ascend.
    private func pictures(of samples: [Int32]) throws -> [Int32: [R]] {
        var result: [Int32: [R]] = [:]
        let solo = Evaluator(
            model: evaluator.model, communicator: SoloCommunicator(), sliceColumns: evaluator.sliceColumns)
        try solo.forEachBatch(of: dataset, selection: SampleSelection(samples)) { batch in
            for column in 0..<batch.shape.columns {
                result[batch.identities[column]] = (0..<dataset.features).map {
                    evaluator.model.images[$0 * batch.shape.stride + column]
                }
            }
        }
        return result
    }

    /// Draws of a batch, at least as many as a sheet shows.
    private static var batchSize: Int { 64 }
    /// Batches of draws at most, and floating-point operations that they may take: some seconds.
    private static var mostBatches: Int { 16 }
    private static var mostOperations: Int { 200_000_000_000 }

    /// New samples of every leaf, `[leaves][count]`, `[features]` each: draws from the prior whose walk by the
    /// generative routers ends there. Where hardly any does, the draws of the last batch that most probably would.
    private func generate(_ count: Int, leaves: [Int]) throws -> [[[R]]] {
        var architecture = evaluator.model.architecture
        // No posterior says here who may skip what.
        architecture.pathThreshold = 0
        let columns = Self.batchSize
        let model = TreeVAE<R>(
            architecture: architecture, tree: evaluator.model.tree, columns: columns, training: false)
        model.arena.copyValues(from: evaluator.model.arena) { $0 }
        let shape = BatchShape(columns: columns, globalColumns: columns)
        let means = Storage<R>(count: columns * architecture.features)
        var pictures = [[[R]]](repeating: [], count: leaves.count)
        let batches = max(
            1, min(Self.mostBatches, Self.mostOperations / max(1, model.flops(training: false) * columns)))
        for batch in 0..<batches where pictures.contains(where: { $0.count < count }) {
            let draws = (batch * columns..<(batch + 1) * columns).map(Int32.init)
            var key = NoiseKey(seed: seed, epoch: 0, stream: .generation)
            try model.generate(shape, noise: key, samples: draws, temperature: 1)
            key.stream = .decisions
            let ends = model.topDown.walk(model.pass, key: key, samples: draws)
            let isLast = batch == batches - 1
            for (index, leaf) in leaves.enumerated() where pictures[index].count < count {
                var chosen = (0..<columns).filter { ends[$0] == leaf }
                if isLast, pictures[index].count + chosen.count < count {
                    let reach = model.topDown.leafReach(leaf)
                    chosen += (0..<columns).filter { ends[$0] != leaf }
                        .sorted { (-reach[$0], $0) < (-reach[$1], $1) }
                }
                if chosen.isEmpty { continue }
                try model.topDown.copyMeans(of: leaf, columns: columns, into: means.pointer)
                for column in chosen.prefix(count - pictures[index].count) {
                    let start = means.pointer + column * architecture.features
                    pictures[index].append(
                        Array(UnsafeBufferPointer(start: start, count: architecture.features)))
                }
            }
        }
        return pictures
    }
}
