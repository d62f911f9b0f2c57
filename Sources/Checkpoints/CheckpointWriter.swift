import Configuration
import Layers
import RunLog
import Store
import Topology
import TreeModel

/// Writes checkpoints (docs/checkpoint-format.md).
package struct CheckpointWriter<R: Scalar> {
    package let header: CheckpointHeader
    /// The model's parameters.
    private let arena: Arena<R>
    /// The subtree in training, if one is.
    private let subtree: Subtree<R>?

    /// What would be written of a model of the header's tree.
    package init(header: CheckpointHeader, arena: Arena<R>, subtree: Subtree<R>? = nil) {
        self.header = header
        self.arena = arena
        self.subtree = subtree
    }

    /// Writes the file whole or not at all.
    ///
    /// - Parameter addition: writes what else the file is to hold.
    package func write(to path: String, addition: (HDF5Group) throws -> Void = { _ in }) throws {
        let file = try HDF5File.create(path)
        let root = try file.root
        try writeRun(to: root)
        try writeTree(to: root)
        try write(arena, to: root) { CheckpointFormat.path(of: $0, in: header.tree) }
        if let subtree {
            try write(subtree.arena, to: root, path: CheckpointFormat.subtreePath)
            try root.group("subtree").setAttribute("replaces", to: subtree.top)
        }
        if header.state.stage != .finished { try writeOptimiser(to: root) }
        try writeHistory(to: root)
        try writeGrowth(to: root)
        try addition(root)
        try file.close()
    }

    private func writeRun(to root: HDF5Group) throws {
        let state = header.state
        try root.setAttribute("format", to: CheckpointFormat.name)
        try root.setAttribute("format_version", to: CheckpointFormat.version)
        try root.setAttribute("configuration", to: header.configuration.yaml())
        try root.setAttribute("dataset", to: header.datasetName)
        try root.setAttribute("input_shape", to: header.inputShape)
        try header.inputs?.write(to: root)
        try header.dataDigests?.write(to: root)
        if !header.classNames.isEmpty { try root.setAttribute("class_names", to: header.classNames) }
        try root.setAttribute("phase", to: header.phaseName)
        try root.setAttribute("phase_index", to: state.phaseIndex)
        try root.setAttribute("growth_step", to: state.growthStep)
        try root.setAttribute("growing_leaf", to: header.growingLeaf ?? -1)
        try root.setAttribute("epoch", to: state.epoch)
        try root.setAttribute("epochs_in_all", to: state.epochsInAll)
        try root.setAttribute("iterations", to: state.iterations)
        try root.setAttribute("effective_leaves", to: state.effectiveLeaves)
        if let loss = state.untrainedLoss { try root.setAttribute("untrained_loss", to: loss) }
        if state.partial.steps > 0 { try write(state.partial, to: root.createGroup("partial_epoch")) }
        try root.setAttribute("parameters", to: arena.count)
        // Random numbers are counter-based: seed and epoch are the whole state of the generator.
        try root.setAttribute(
            "random_generator", to: "Philox 4x32-10, keyed by seed, epochs_in_all, sample, node")
    }

    /// The steps of the epoch in progress: counts, and sums of the loss terms over its samples so far.
    private func write(_ partial: PartialEpoch, to group: HDF5Group) throws {
        try group.setAttribute("steps", to: partial.steps)
        try group.setAttribute("samples", to: partial.samples)
        let terms = partial.terms
        let sums: [(EpochRecord.Column, Double)] = [
            (.seconds, partial.seconds), (.recLoss, terms.reconstruction), (.klRoot, terms.klRoot),
            (.klNodes, terms.klNodes), (.klDecisions, terms.klDecisions), (.contrastive, terms.contrastive),
            (.nodeCentres, terms.nodeCentres), (.dataCompression, terms.dataCompression),
        ]
        for (column, sum) in sums { try group.setAttribute(column.rawValue, to: sum) }
    }

    private func writeTree(to root: HDF5Group) throws {
        let tree = header.tree
        try root.createGroup("tree").write(tree)
        for node in tree.nodes { try writeNode(node, in: tree, to: root) }
    }

    private func writeNode(_ node: Tree.Node, in tree: Tree, to root: HDF5Group) throws {
        let group = try root.createGroup(CheckpointFormat.group(of: node.id, in: tree))
        try group.setAttribute("id", to: node.id)
        try group.setAttribute("parent", to: node.parent ?? -1)
        try group.setAttribute("depth", to: node.depth)
        try group.setAttribute("kind", to: tree.kind(of: node))
        try group.setAttribute("side", to: tree.side(of: node) ?? "none")
        guard let clustering = header.clustering else { return }
        let count = clustering.count(below: node.id, in: tree)
        try group.setAttribute("samples", to: count)
        try group.setAttribute("share", to: Double(count) / Double(max(1, clustering.sampleCount)))
        if let counts = clustering.classCounts(below: node.id, in: tree) {
            try group.setAttribute("class_counts", to: counts)
            if count > 0 { try group.setAttribute("purity", to: Double(counts.max() ?? 0) / Double(count)) }
        }
    }

    private func write(_ arena: Arena<R>, to root: HDF5Group, path: (String) -> String) throws {
        for tensor in arena.parameters {
            let dataset = try root.write(
                UnsafeBufferPointer(start: arena.value(tensor), count: tensor.count), to: path(tensor.name),
                shape: tensor.shape)
            try dataset.setAttribute("trainable", to: 1)
            try dataset.setAttribute("offset", to: tensor.offset)
        }
        for tensor in arena.statistics {
            let dataset = try root.write(
                UnsafeBufferPointer(start: arena.statistic(tensor), count: tensor.count),
                to: path(tensor.name),
                shape: tensor.shape)
            try dataset.setAttribute("trainable", to: 0)
        }
    }

    /// Moments of what is in training, flat, in the order of the parameters' `offset`.
    private func writeOptimiser(to root: HDF5Group) throws {
        let arena = subtree?.arena ?? arena
        let group = try root.createGroup("optimizer")
        try group.setAttribute("algorithm", to: "Adam")
        try group.setAttribute("covers", to: subtree == nil ? "model" : "subtree")
        try group.setAttribute("iterations", to: header.state.iterations)
        for (name, moment) in [("first_moment", arena.firstMoment), ("second_moment", arena.secondMoment)] {
            try group.write(
                UnsafeBufferPointer(start: moment.pointer, count: arena.count), to: name, shape: [arena.count]
            )
        }
    }

    /// Attributes, not datasets: `h5dump -A` then shows the curves.
    private func writeHistory(to root: HDF5Group) throws {
        let group = try root.createGroup("history")
        try group.setAttribute("epochs", to: header.history.count)
        if !header.history.isEmpty { try writeLists(to: group) }
    }

    /// Attributes as in the history: one entry for each split or pruned leaf.
    private func writeGrowth(to root: HDF5Group) throws {
        let group = try root.createGroup("growth")
        if !header.growth.isEmpty {
            try group.setAttribute("kind", to: header.growth.map(\.kind.rawValue))
            try group.setAttribute("leaf", to: header.growth.map(\.leaf))
            try group.setAttribute("samples", to: header.growth.map(\.samples))
            try group.setAttribute("effective_leaves", to: header.growth.map { $0.effectiveLeaves ?? -1 })
            try group.setAttribute("epochs", to: header.growth.map(\.epochs))
        }
    }

    private func writeLists(to group: HDF5Group) throws {
        try group.setAttribute("phase", to: header.history.map(\.phase))
        for column in EpochRecord.Column.allCases {
            if column.isOfSomeRuns, header.history.allSatisfy({ $0[column] == nil }) { continue }
            let values = header.history.map { $0[column] ?? .nan }
            if column.isCount {
                try group.setAttribute(column.rawValue, to: values.map { Int64($0) })
            } else {
                try group.setAttribute(column.rawValue, to: values)
            }
        }
    }
}
