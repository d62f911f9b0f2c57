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

        let generated = try GeneratedPictures(of: evaluator.model, format.count, seed: seed)
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
}
