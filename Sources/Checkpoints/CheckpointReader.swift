import Bounds
import ClusterMetrics
import Configuration
import Files
import Layers
import Networks
import RunLog
import Spelling
import Store
import Topology
import TreeModel

/// Reads checkpoints of this format, whole and as they were written, and refuses others.
public struct CheckpointReader {
    /// The file's path.
    public let path: String
    /// Everything besides tensors.
    public let header: CheckpointHeader
    private let file: HDF5File

    /// Opens a checkpoint, verifies it from its first byte to its last, and reads its header.
    ///
    /// - Parameter path: the file, or the directory of a run (``RunDirectory/checkpoint(meantBy:)``).
    /// - Throws: `StoreError` or ``CheckpointError`` saying what is wrong with which file.
    public init(_ path: String) throws {
        let path = try RunDirectory.checkpoint(meantBy: path)
        self.path = path
        file = try HDF5File.open(path)
        let root = try file.root
        guard try root.hasAttribute("format"), try root.text("format") == CheckpointFormat.name else {
            throw CheckpointError(
                path, "it is no checkpoint of treevae-dist: attribute 'format' of / says otherwise")
        }
        let version: Int = try root.attribute("format_version")
        guard CheckpointFormat.readable.contains(version) else {
            throw CheckpointError(
                path,
                "its format version is \(version), this program reads version \(CheckpointFormat.version): "
                    + "use the release that wrote it, or a newer one")
        }
        try file.verify()
        guard try file.hasDigest || version == 1 else {
            throw CheckpointError(path, "it holds no digest of its contents: it is damaged, or was changed")
        }
        let configuration = try Configuration(
            yaml: try root.text("configuration"), place: "attribute 'configuration' of \(path)")
        let treeGroup = try root.group("tree")
        func flat(_ name: String) throws -> [Int] {
            try treeGroup.dataset(name).read(as: Int32.self).map(Int.init)
        }
        guard let tree = Tree(parent: try flat("parent"), left: try flat("left"), right: try flat("right"))
        else {
            throw CheckpointError(path, "datasets parent, left and right of /tree are no binary tree")
        }
        let classNames = try root.hasAttribute("class_names") ? try root.textList("class_names") : []
        header = CheckpointHeader(
            configuration: configuration, tree: tree, inputShape: try root.attributeList("input_shape"),
            datasetName: try root.text("dataset"), inputs: try ModelInputs(root, path: path),
            dataDigests: try DataDigests(root), classNames: classNames,
            state: try Self.state(root, tree: tree, path: path), history: try Self.history(root),
            growth: try Self.growth(root, path: path),
            clustering: try Self.clustering(root, tree: tree, classes: classNames.count))
        let hasProjections = try root.exists("projection")
        if let problem = header.problem(among: try numbersInAll(), hasProjections: hasProjections) {
            throw CheckpointError(path, "it is damaged, or was changed: \(problem)")
        }
    }

    /// How many numbers the datasets hold together.
    private func numbersInAll() throws -> Int {
        var counts: [Int] = []
        let root = try file.root
        try file.forEach { (path, kind) throws(StoreError) in
            if kind == .dataset {
                counts.append(Bounds.clamped(try root.dataset(path).rows, try root.dataset(path).rowCount))
            }
        }
        return Bounds.sum(counts)
    }

    /// The model, for evaluation.
    ///
    /// - Parameters:
    ///   - columns: the most samples of a batch on this rank.
    ///   - isSparse: whether samples may skip nodes as they did in training.
    /// - Throws: `StoreError` or ``CheckpointError`` where a tensor cannot be read, or where it holds no model of this kind.
    package func model<R: Scalar>(
        columns: Int, isSparse: Bool = true, reducer: any MomentReducer = SingleRankReducer()
    ) throws -> TreeVAE<R> {
        guard header.configuration.model.kind != .deepect else {
            throw CheckpointError(
                path,
                "it holds a deep embedded cluster tree, which has neither latents nor a likelihood: 'eval', 'inspect', "
                    + "'cut' and 'export' take it, and nothing else does")
        }
        var architecture = Architecture(header.configuration, inputShape: header.inputShape)
        if !isSparse { architecture.pathThreshold = 0 }
        let model = TreeVAE<R>(
            architecture: architecture, tree: header.tree, columns: columns, training: false, reducer: reducer
        )
        try restore(model)
        return model
    }

    /// Fills a model of the header's tree and architecture.
    public func restore<R: Scalar>(_ model: TreeVAE<R>) throws {
        guard try model.projections == nil || hasProjections else {
            throw CheckpointError(
                path,
                "it holds no projection heads, which contrastive.weight above 0 trains: set contrastive.weight=0, or "
                    + "start a new run with it")
        }
        try restore(model.arena)
    }

    /// Fills parameters and statistics from where ``CheckpointWriter`` puts them.
    package func restore<R: Scalar>(_ arena: Arena<R>) throws {
        try restore(arena) { CheckpointFormat.path(of: $0, in: header.tree) }
    }

    /// Numbers beside the tensors, row-major.
    ///
    /// - Parameter shape: that they must have.
    package func values(_ name: String, shape: [Int]) throws -> [Double] {
        var values = [Double](repeating: 0, count: shape.reduce(1, *))
        try values.withUnsafeMutableBufferPointer {
            guard let start = $0.baseAddress else { return }
            try read(try file.root, name, shape: shape, into: start)
        }
        return values
    }

    /// Requires every tensor to be of finite numbers, as those of a run that diverged are not.
    /// - Throws: ``CheckpointError`` naming the first that is not.
    func verifyFinite() throws {
        var paths: [String] = []
        try file.forEach { path, kind in if kind == .dataset { paths.append(path) } }
        let root = try file.root
        for path in paths {
            let dataset = try root.dataset(path)
            guard dataset.storedType.family == .floatingPoint else { continue }
            guard try dataset.read(as: Double.self).allSatisfy(\.isFinite) else {
                throw CheckpointError(
                    self.path,
                    "dataset \(path) holds what is no number: the run had diverged when it was written")
            }
        }
    }

    /// Whether the file has the heads of contrastive training.
    package var hasProjections: Bool { get throws { try file.root.exists("projection") } }

    /// Fills the subtree in training.
    package func restore<R: Scalar>(_ subtree: Subtree<R>) throws {
        try restore(subtree.arena, path: CheckpointFormat.subtreePath)
    }

    /// Fills the optimiser's moments for the arena in training.
    package func restoreOptimiser<R: Scalar>(_ arena: Arena<R>) throws {
        let group = try file.root.group("optimizer")
        for (name, moment) in [("first_moment", arena.firstMoment), ("second_moment", arena.secondMoment)] {
            try read(group, name, shape: [arena.count], into: moment.pointer)
        }
    }

    private func restore<R: Scalar>(_ arena: Arena<R>, path: (String) -> String) throws {
        for tensor in arena.parameters {
            try read(try file.root, path(tensor.name), shape: tensor.shape, into: arena.value(tensor))
        }
        for tensor in arena.statistics {
            try read(try file.root, path(tensor.name), shape: tensor.shape, into: arena.statistic(tensor))
        }
    }

    private func read<R: Scalar>(
        _ group: HDF5Group, _ name: String, shape: [Int], into values: UnsafeMutablePointer<R>
    ) throws {
        let dataset = try group.dataset(name)
        guard dataset.shape == shape else {
            throw CheckpointError(
                path, "dataset \(dataset.path) has shape \(dataset.shape), its configuration wants \(shape)")
        }
        try dataset.read(
            into: UnsafeMutableBufferPointer(start: values, count: shape.reduce(1, *)), rows: 0..<dataset.rows
        )
    }

    private static func state(_ root: HDF5Group, tree: Tree, path: String) throws -> RunState {
        var state = RunState()
        let phase = try root.text("phase")
        let leaf: Int = try root.attribute("growing_leaf")
        switch phase {
        case "initial": state.stage = .initial
        case "subtree" where tree.leaves.contains(leaf): state.stage = .subtree(leaf: leaf)
        case "intermediate": state.stage = .intermediate
        case "finetune": state.stage = .finetune
        case "finished": state.stage = .finished
        default:
            throw CheckpointError(path, "its phase '\(phase)' (growing leaf \(leaf)) is not one of a run")
        }
        state.phaseIndex = try root.attribute("phase_index")
        state.growthStep = try root.attribute("growth_step")
        state.epoch = try root.attribute("epoch")
        state.epochsInAll = try root.attribute("epochs_in_all")
        state.iterations = try root.attribute("iterations")
        state.effectiveLeaves = try root.attribute("effective_leaves")
        if try root.hasAttribute("untrained_loss") {
            state.untrainedLoss = try root.attribute("untrained_loss", as: Double.self)
        }
        if try root.exists("partial_epoch") { state.partial = try partialEpoch(root.group("partial_epoch")) }
        return state
    }

    private static func partialEpoch(_ group: HDF5Group) throws -> PartialEpoch {
        func sum(_ column: EpochRecord.Column) throws -> Double { try group.attribute(column.rawValue) }
        var partial = PartialEpoch()
        partial.steps = try group.attribute("steps")
        partial.samples = try group.attribute("samples")
        partial.seconds = try sum(.seconds)
        partial.terms.reconstruction = try sum(.recLoss)
        partial.terms.klRoot = try sum(.klRoot)
        partial.terms.klNodes = try sum(.klNodes)
        partial.terms.klDecisions = try sum(.klDecisions)
        partial.terms.contrastive = try sum(.contrastive)
        // Earlier releases have no such terms.
        if try group.hasAttribute(EpochRecord.Column.nodeCentres.rawValue) {
            partial.terms.nodeCentres = try sum(.nodeCentres)
            partial.terms.dataCompression = try sum(.dataCompression)
        }
        return partial
    }

    private static func history(_ root: HDF5Group) throws -> [EpochRecord] {
        let group = try root.group("history")
        guard try group.hasAttribute("phase") else { return [] }
        let phases = try group.textList("phase")
        var columns: [EpochRecord.Column: [Double]] = [:]
        for column in EpochRecord.Column.allCases {
            // Runs of other kinds, and earlier releases, have no such column.
            if column.isOfSomeRuns, try !group.hasAttribute(column.rawValue) { continue }
            columns[column] =
                column.isCount
                ? try group.attributeList(column.rawValue, as: Int64.self).map(Double.init)
                : try group.attributeList(column.rawValue, as: Double.self)
        }
        return phases.enumerated().map { row, phase in
            EpochRecord(phase: phase) { column in
                let value = columns[column].flatMap { row < $0.count ? $0[row] : nil }
                return value.flatMap { $0.isNaN ? nil : $0 }
            }
        }
    }

    /// Splits and pruned leaves; none in files that were written before they were recorded.
    private static func growth(_ root: HDF5Group, path: String) throws -> [GrowthRecord] {
        guard try root.exists("growth") else { return [] }
        let group = try root.group("growth")
        guard try group.hasAttribute("kind") else { return [] }
        let kinds = try group.textList("kind")
        func column(_ name: String) throws -> [Int] {
            let values: [Int] = try group.attributeList(name)
            guard values.count == kinds.count else {
                throw CheckpointError(
                    path,
                    "attribute '\(name)' of /growth has \(values.count) entries, 'kind' has \(kinds.count)")
            }
            return values
        }
        let (leaves, samples) = (try column("leaf"), try column("samples"))
        let (effective, epochs) = (try column("effective_leaves"), try column("epochs"))
        return try kinds.indices.map { row in
            guard let kind = GrowthRecord.Kind(rawValue: kinds[row]) else {
                throw CheckpointError(path, "attribute 'kind' of /growth holds '\(kinds[row])'")
            }
            return GrowthRecord(
                kind: kind, leaf: leaves[row], samples: samples[row],
                effectiveLeaves: effective[row] < 0 ? nil : effective[row], epochs: epochs[row])
        }
    }

    private static func clustering(_ root: HDF5Group, tree: Tree, classes: Int) throws -> Clustering? {
        var counts: [Int] = []
        var classCounts: [[Int64]] = []
        for leaf in tree.leaves {
            let group = try root.group(CheckpointFormat.group(of: leaf, in: tree))
            guard try group.hasAttribute("samples") else { return nil }
            counts.append(try group.attribute("samples"))
            if try group.hasAttribute("class_counts") {
                classCounts.append(try group.attributeList("class_counts", as: Int64.self))
            }
        }
        guard classCounts.count == counts.count, classes > 0, classCounts.allSatisfy({ $0.count == classes })
        else {
            return Clustering(leaves: tree.leaves, leafCounts: counts, table: nil)
        }
        var table = ContingencyTable(labelCount: classes, leafCount: counts.count)
        table.withMutableCounts { values in
            for (leaf, column) in classCounts.enumerated() {
                for (label, count) in column.enumerated() { values[label * counts.count + leaf] = count }
            }
        }
        return Clustering(leaves: tree.leaves, leafCounts: counts, table: table)
    }
}

/// Why a file cannot be used as a checkpoint.
public struct CheckpointError: Error, CustomStringConvertible, Sendable {
    /// The file, and what is wrong with it.
    public let description: String

    package init(_ path: String, _ problem: String) {
        description = "\(path): \(problem)".printable
    }
}
