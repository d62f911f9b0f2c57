import Batches
import Checkpoints
import Collectives
import Datasets
import Inference
import Kernels
import Layers
import Report
import TreeModel

/// Pictures of nodes: samples that belong to them beside what their leaves generate.
struct NodePictures<R: Scalar> {
    let evaluator: Evaluator<R>
    let dataset: Dataset
    /// Of the latents that pictures are generated from.
    let seed: UInt64

    /// Pictures in a row of a sheet.
    private static var columns: Int { 8 }
    /// Bytes of pixels of the leaves' sheets, of inner nodes' and of those that are shown on request, at most; PNG and
    /// base64 leave up to 1.4 times as many, and a page is to stay below 5 MB.
    private static var budget: Int { 1_700_000 }
    private static var innerBudget: Int { 400_000 }
    private static var requestBudget: Int { 900_000 }

    /// Adds pictures to the nodes of a report. On one rank: nothing is exchanged.
    func describe(_ nodes: inout [TreeReport.Node], _ survey: LeafSurvey) throws {
        let tree = evaluator.model.tree
        let leaves = survey.clustering.leaves
        let inner = tree.nodes.filter(\.isSplit).map(\.id)
        let format = PictureFormat(
            shape: dataset.shape, sheets: 2 * leaves.count, choices: leaves.count > 60 ? .crowded : .roomy,
            columns: Self.columns, budget: Self.budget)
        let small = PictureFormat(
            shape: dataset.shape, sheets: inner.count, choices: .row, columns: Self.columns,
            budget: Self.innerBudget)
        let large = PictureFormat(
            shape: dataset.shape, sheets: leaves.count, choices: .many, columns: Self.columns,
            budget: Self.requestBudget)

        func leavesBelow(_ node: Int) -> Set<Int> { Set(leaves.filter { tree.isAncestor(node, of: $0) }) }
        var samples: [Int: [Int32]] = [:]
        var further: [Int: [Int32]] = [:]
        for leaf in leaves {
            samples[leaf] = survey.examples(format.count, of: [leaf])
            // More than are seen anyway, or none.
            if large.count > format.count { further[leaf] = survey.examples(large.count, of: [leaf]) }
        }
        for node in inner { samples[node] = survey.examples(small.count, of: leavesBelow(node)) }
        let inputs = try pictures(
            of: Set(samples.values.joined()).union(further.values.joined()).sorted())
        for (node, chosen) in samples where !chosen.isEmpty {
            let format = tree.nodes[node].isLeaf ? format : small
            nodes[node].data = try format.sheet(chosen.compactMap { inputs[$0] })
        }
        for (leaf, chosen) in further where chosen.count > format.count {
            nodes[leaf].more = TreeReport.Node.NamedPictures(
                sheet: try large.sheet(chosen.compactMap { inputs[$0] }),
                ids: chosen.map { dataset.id(of: Int($0)) })
        }

        let generated = try generate(format.count, leaves: leaves)
        for (index, leaf) in leaves.enumerated() {
            nodes[leaf].generated = try format.sheet(generated.pictures[index])
        }
        for node in inner {
            let below = leavesBelow(node)
            guard let mean = generated.mean(of: leaves.indices.filter { below.contains(leaves[$0]) }) else {
                continue
            }
            nodes[node].generated = try small.sheet([mean], columns: 1)
        }
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

    /// What leaves generate.
    private struct Generated {
        /// New samples of every leaf, `[leaves][count]`, `[features]` each.
        var pictures: [[[R]]]
        /// Of each leaf, the sum of what it made of the draws whose walk ended there, and their number.
        var sums: [(sum: [Double], count: Int)]

        /// The mean of what some leaves together made of draws; nil where no walk ended in one of them.
        func mean(of leaves: [Int]) -> [R]? {
            let count = leaves.reduce(0) { $0 + sums[$1].count }
            guard count > 0, let features = sums.first?.sum.count else { return nil }
            return (0..<features).map { feature in
                R(leaves.reduce(0) { $0 + sums[$1].sum[feature] } / Double(count))
            }
        }
    }

    /// Draws from the prior whose walk by the generative routers ends in each leaf. Where hardly any does, the draws of
    /// the last batch that most probably would.
    private func generate(_ count: Int, leaves: [Int]) throws -> Generated {
        var architecture = evaluator.model.architecture
        // No posterior says here who may skip what.
        architecture.pathThreshold = 0
        let columns = Self.batchSize
        let model = TreeVAE<R>(
            architecture: architecture, tree: evaluator.model.tree, columns: columns, training: false)
        model.arena.copyValues(from: evaluator.model.arena) { $0 }
        let shape = BatchShape(columns: columns, globalColumns: columns)
        let means = Storage<R>(count: columns * architecture.features)
        var result = Generated(
            pictures: Array(repeating: [], count: leaves.count),
            sums: leaves.map { _ in ([Double](repeating: 0, count: architecture.features), 0) })
        let batches = max(
            1, min(Self.mostBatches, Self.mostOperations / max(1, model.flops(training: false) * columns)))
        for batch in 0..<batches where result.pictures.contains(where: { $0.count < count }) {
            let draws = (batch * columns..<(batch + 1) * columns).map(Int32.init)
            var key = NoiseKey(seed: seed, epoch: 0, stream: .generation)
            try model.generate(shape, noise: key, samples: draws, temperature: 1)
            key.stream = .decisions
            let ends = model.topDown.walk(model.pass, key: key, samples: draws)
            let isLast = batch == batches - 1
            for (index, leaf) in leaves.enumerated() {
                let arrived = (0..<columns).filter { ends[$0] == leaf }
                let missing = count - result.pictures[index].count
                var chosen = Array(arrived.prefix(missing))
                if isLast, chosen.count < missing {
                    let reach = model.topDown.leafReach(leaf)
                    chosen += (0..<columns).filter { ends[$0] != leaf }
                        .sorted { (-reach[$0], $0) < (-reach[$1], $1) }.prefix(missing - chosen.count)
                }
                if chosen.isEmpty, arrived.isEmpty { continue }
                try model.topDown.copyMeans(of: leaf, columns: columns, into: means.pointer)
                func picture(_ column: Int) -> UnsafeBufferPointer<R> {
                    UnsafeBufferPointer(
                        start: means.pointer + column * architecture.features, count: architecture.features)
                }
                for column in arrived {
                    result.sums[index].count += 1
                    for (feature, value) in picture(column).enumerated() {
                        result.sums[index].sum[feature] += Double(value)
                    }
                }
                result.pictures[index] += chosen.map { Array(picture($0)) }
            }
        }
        return result
    }
}
