import Bounds
import Checkpoints
import Configuration
import Layers
import Networks
import Safetensors
import Topology
import TreeModel

/// A model from a state dict of the authors' PyTorch implementation.
public struct ReferenceImport {
    private let file: SafetensorsFile
    /// The file's tensors by their names in the reference.
    private let found: [String: SafetensorsTensor]
    private let configuration: Configuration
    private let tree: Tree
    private let architecture: Architecture

    /// Opens a state dict that was saved as safetensors, and requires that its tensors are those of a model of the
    /// configuration and the tree.
    ///
    /// - Parameters:
    ///   - tree: the topology; nil where the file itself has it, as those of ``ReferenceExport`` have.
    ///   - inputShape: shape of one sample; nil where it follows from the file.
    /// - Throws: ``TrainingError`` with everything that does not fit; `SafetensorsError` or `StoreError`.
    public init(
        _ path: String, configuration: Configuration, tree: ReferenceTree?, inputShape: [Int]?
    ) throws {
        file = try SafetensorsFile(path)
        found = Self.tensors(of: file)
        self.configuration = configuration
        guard let tree = try tree ?? Self.tree(in: file) else {
            throw TrainingError(
                "\(path) does not say which tree its tensors belong to: name the data_tree.npy beside it with --tree, or "
                    + "list parents with --parents")
        }
        self.tree = tree.tree
        let shape = try inputShape ?? Self.inputShape(in: file, found, of: configuration.model.family)
        architecture = Architecture(configuration, inputShape: shape)
        let numbers = Bounds.sum(found.values.map { Bounds.count($0.shape) ?? 0 })
        if let problem = architecture.problem(
            of: tree.tree, among: numbers, hasProjections: architecture.contrastive != nil)
        {
            throw TrainingError("\(path): \(problem)")
        }
        if let problem = architecture.referenceProblem {
            throw TrainingError("the reference has no model of this configuration: \(problem)")
        }
    }

    /// What makes the reference compute other numbers from the same tensors; nil if nothing does.
    public var difference: String? { architecture.referenceDifference }

    /// Writes the model as a checkpoint of a finished run, without a history.
    /// - Returns: how many leaves and parameters it has.
    public func write<R: Scalar>(
        to path: String, scalar: R.Type
    ) throws -> (leaves: Int, parameters: Int) {
        // Training alone has projection heads.
        let model = TreeVAE<R>(
            architecture: architecture, tree: tree, columns: 1, training: architecture.contrastive != nil)
        try fill(model)
        var state = RunState()
        state.stage = .finished
        state.growthStep = tree.nodes.count { $0.isSplit } - 1
        state.effectiveLeaves = tree.leaves.count
        let header = CheckpointHeader(
            configuration: configuration, tree: tree, inputShape: architecture.inputShape,
            datasetName: "imported", inputs: nil, classNames: [], state: state, history: [])
        try CheckpointWriter(header: header, arena: model.arena).write(to: path)
        return (tree.leaves.count, model.arena.count)
    }

    /// Fills a model of the file's tree and architecture.
    /// - Throws: ``TrainingError`` with every tensor that is missing, unknown or misshapen.
    private func fill<R: Scalar>(_ model: TreeVAE<R>) throws {
        let expected = ReferenceTensor.all(of: model)
        try check(expected)
        for tensor in expected {
            guard let theirs = found[tensor.name] else { continue }
            switch tensor.source {
            case .parameter(let ours): try read(theirs, into: model.arena.value(ours))
            case .statistic(let ours): try read(theirs, into: model.arena.statistic(ours))
            case .unused, .batchCount: break
            }
        }
    }

    private func read<R: Scalar>(_ tensor: SafetensorsTensor, into values: UnsafeMutablePointer<R>) throws {
        for (index, value) in try file.doubles(of: tensor).enumerated() { values[index] = R(value) }
    }

    private func check(_ expected: [ReferenceTensor]) throws {
        var problems: [String] = []
        for tensor in expected.sorted(by: { $0.name < $1.name }) {
            guard let theirs = found[tensor.name] else {
                problems.append("missing: \(tensor.name) \(tensor.shape)")
                continue
            }
            if theirs.shape != tensor.shape {
                problems.append("misshapen: \(tensor.name) is \(theirs.shape), expected \(tensor.shape)")
            }
            if tensor.isRead, ![.float, .double].contains(theirs.element) {
                problems.append("of another type: \(tensor.name) is \(theirs.type), expected F32 or F64")
            }
        }
        let known = Set(expected.map(\.name))
        for (name, tensor) in found.sorted(by: { $0.key < $1.key })
        where !known.contains(name) && !isDeadRouter(name) {
            problems.append("unknown: \(name) \(tensor.shape)")
        }
        guard problems.isEmpty else {
            throw TrainingError(
                "\(file.path): these are not the tensors of a model of this configuration with "
                    + "\(tree.leaves.count) leaves:" + problems.map { "\n  \($0)" }.joined())
        }
    }

    /// Pruning takes the generative router from a node with a single child; the inference router stays in the
    /// reference's state dict.
    private func isDeadRouter(_ name: String) -> Bool {
        let parts = name.split(separator: ".")
        guard parts.count > 2, parts[0] == "decisions_q", let node = Int(parts[1]) else { return false }
        return tree.nodes.indices.contains(node) && tree.nodes[node].children.count == 1
    }

    /// Without what `torch.compile` puts before all names.
    private static func tensors(of file: SafetensorsFile) -> [String: SafetensorsTensor] {
        let prefix = "_orig_mod."
        guard file.tensors.keys.allSatisfy({ $0.hasPrefix(prefix) }) else { return file.tensors }
        return Dictionary(
            uniqueKeysWithValues: file.tensors.map { (String($0.key.dropFirst(prefix.count)), $0.value) })
    }

    private static func tree(in file: SafetensorsFile) throws -> ReferenceTree? {
        try file.metadata[ReferenceExport.treeKey].map {
            try ReferenceTree(list: $0, place: "\(file.path), metadata '\(ReferenceExport.treeKey)'")
        }
    }

    /// The shape that the file says, or the one shape that the family's tensors can be for.
    private static func inputShape(
        in file: SafetensorsFile, _ found: [String: SafetensorsTensor], of family: Configuration.Family
    ) throws -> [Int] {
        if let text = file.metadata[ReferenceExport.shapeKey] {
            guard let shape = sampleShape(text) else {
                throw TrainingError(
                    "\(file.path), metadata '\(ReferenceExport.shapeKey)': '\(text)' is no shape")
            }
            return shape
        }
        switch family {
        case .cnn1, .cnnOmni: return [1, 28, 28]
        case .cnn2:
            // 64x64 pixels have a block more.
            let side = found["bottom_up.0.resnet.8.conv_0.weight"] == nil ? 32 : 64
            return [3, side, side]
        case .mlp:
            guard let first = found["bottom_up.0.dense1.weight"], first.shape.count == 2 else {
                throw TrainingError(
                    "\(file.path) has no matrix bottom_up.0.dense1.weight, which tells how many values a sample of "
                        + "model.family mlp has")
            }
            return [first.shape[1]]
        }
    }
}

/// The shape that a text such as `3x32x32` says; nil if it says none.
public func sampleShape(_ text: String) -> [Int]? {
    let parts = text.split(separator: "x", omittingEmptySubsequences: false)
    let shape = parts.compactMap { Int($0) }.filter { (1...1 << 20).contains($0) }
    guard shape.count == parts.count, shape.count <= 3, shape.reduce(1, *) <= 1 << 30 else { return nil }
    return shape
}

extension ReferenceTensor {
    /// Whether its values are wanted.
    var isRead: Bool {
        switch source {
        case .parameter, .statistic: true
        case .unused, .batchCount: false
        }
    }
}
