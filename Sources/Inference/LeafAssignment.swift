import Batches
import Checkpoints
import Collectives
import Datasets
import Kernels
import Layers
import RunLog
import Store
import Topology
import TreeModel

/// Finds the leaf of every sample of a data set and writes it to a file, divided over the ranks.
///
/// Block by block: the ranks share a block's samples, rank 0 gathers and writes its rows, so that memory does not
/// grow with the number of samples. A sample's numbers depend on nothing but itself, so any number of ranks
/// writes the same bytes.
public struct LeafAssignment<R: Scalar> {
    private let evaluator: Evaluator<R>
    private let noise: NoiseKey
    private let table: LeafAssignmentTable
    private let format: LeafAssignmentFormat

    private var communicator: any Communicator { evaluator.communicator }

    /// Restores a checkpoint's model; collective.
    ///
    /// - Throws: ``TrainingError`` where there are fewer leaves than clusters wanted; `StoreError`,
    ///   ``CheckpointError``.
    public init(
        _ checkpoint: CheckpointReader, of dataset: Dataset, contents: LeafAssignmentContents,
        format: LeafAssignmentFormat, leafRule: LeafRule = .routers, communicator: any Communicator
    ) throws {
        if let problem = contents.clusters.flatMap(checkpoint.header.tree.cutProblem(into:)) {
            throw TrainingError("\(checkpoint.path): \(problem)")
        }
        evaluator = try Evaluator(checkpoint, leafRule: leafRule, communicator: communicator)
        noise = NoiseKey(seed: checkpoint.header.configuration.seedBits, epoch: 0, stream: .evaluation)
        table = LeafAssignmentTable(evaluator.model, of: dataset, contents: contents, format: format)
        self.format = format
    }

    /// Writes the file, whole or not at all; collective.
    ///
    /// - Returns: samples by leaf, breadth first; on rank 0 alone.
    public func write(to path: String) throws -> [Int] {
        try communicator.agree("assignments") {
            try fill(communicator.rank == 0 ? path : nil)
        }
    }

    /// Every block, on all ranks; rank 0 names the file.
    private func fill(_ path: String?) throws -> [Int] {
        let file = try communicator.agree("output file") { try path.map { try format.create($0, table) } }
        var counts = [Int](repeating: 0, count: table.leaves.count)
        let count = table.dataset.count
        let progress = path.map { _ in WorkLine() }
        for start in stride(from: 0, to: count, by: blockRows) {
            progress?.update("assigning", done: start, of: count, unit: "samples")
            let rows = try assign(start..<min(start + blockRows, count))
            try communicator.agree("output file") {
                guard let file, let rows else { return }
                try file.append(rows)
                for leaf in rows.leafIndices { counts[leaf] += 1 }
            }
        }
        try communicator.agree("output file") { try file?.close() }
        return counts
    }

    /// Samples of a block: whole batches, some mebibytes of rows.
    private var blockRows: Int {
        max(1, min(32, (1 << 22) / (table.width * 256))) * 256
    }

    /// A block's rows, on rank 0.
    private func assign(_ block: Range<Int>) throws -> AssignedRows? {
        let width = table.width
        let selection = SampleSelection(block.map(Int32.init))
        let shares = (0..<communicator.size).map {
            RankShare(rank: $0, ranks: communicator.size).range(
                of: block.count, slicesOf: evaluator.sliceColumns)
        }
        let room = width * (shares.map(\.count).max() ?? 0)
        var mine = [Float](repeating: 0, count: room)
        let first = shares[communicator.rank].lowerBound
        try evaluator.forEachBatch(of: table.dataset, selection: selection) { batch in
            try compute(batch, into: &mine, from: (batch.places.lowerBound - first) * width)
        }
        var gathered = [Float](repeating: 0, count: communicator.rank == 0 ? room * communicator.size : 0)
        try mine.withUnsafeBytes { mine in
            try gathered.withUnsafeMutableBytes {
                try communicator.gather(mine, into: $0, root: 0, purpose: "assignments")
            }
        }
        guard communicator.rank == 0 else { return nil }
        let values = shares.enumerated().flatMap { rank, share in
            gathered[rank * room..<rank * room + share.count * width]
        }
        return AssignedRows(rows: block, values: values, table: table)
    }

    /// The rows of the batch that is loaded, written from `offset` on.
    private func compute(_ batch: Batch, into rows: inout [Float], from offset: Int) throws {
        let model = evaluator.model
        let shape = batch.shape
        let width = table.width
        func set(_ column: Int, _ value: (Int) -> R) {
            for sample in 0..<shape.columns { rows[offset + sample * width + column] = Float(value(sample)) }
        }
        if table.contents.elbo {
            _ = try model.evaluate(shape, noise: noise, samples: batch.identities)
            let negative = model.topDown.negativeELBO.pointer
            set(width - 1) { -negative[$0] }
        }
        try evaluator.assign(batch)
        // The first of equals, as in every metric.
        var best = [(leaf: Int, probability: R)](repeating: (0, -1), count: shape.columns)
        for (index, leaf) in table.leaves.enumerated() {
            let reach = model.topDown.leafReach(leaf)
            for sample in 0..<shape.columns where reach[sample] > best[sample].probability {
                best[sample] = (index, reach[sample])
            }
        }
        set(0) { R(best[$0].leaf) }
        for node in table.tree.nodes {
            let reach = model.topDown.leafReach(node.id)
            set(1 + node.id) { reach[$0] }
        }
        guard !table.latents.isEmpty else { return }
        try model.embed()
        for (index, latent) in table.latents.enumerated() {
            let z = model.topDown.latent(latent.node)
            let first = table.latentOffset(index)
            for dimension in 0..<latent.size {
                set(first + dimension) { z[dimension * shape.stride + $0] }
            }
        }
    }
}

extension Tree {
    /// Why the tree cannot be cut into a number of flat clusters; nil where it can.
    package func cutProblem(into clusters: Int) -> String? {
        (1...leaves.count).contains(clusters)
            ? nil
            : "the tree has \(leaves.count) leaves, so it can be cut into 1 to \(leaves.count) clusters, not \(clusters)"
    }
}
