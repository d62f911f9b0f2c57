import Checkpoints
import Datasets
import Layers
import Networks
import Safetensors
import TreeModel

/// A checkpoint's model as a state dict of the authors' PyTorch implementation, in a safetensors file.
public struct ReferenceExport {
    private let checkpoint: CheckpointReader

    /// Names of texts in the file that say what the tensors do not.
    static let treeKey = "tree"
    static let shapeKey = "input_shape"

    /// Requires that the reference has such a model.
    /// - Throws: ``TrainingError`` where it has not.
    public init(_ checkpoint: CheckpointReader) throws(TrainingError) {
        self.checkpoint = checkpoint
        let kind = checkpoint.header.configuration.model.kind
        if kind != .tree {
            throw TrainingError(
                "\(checkpoint.path): the reference has no such model: model.kind is \(kind.rawValue), its models are trees"
            )
        }
        if let problem = architecture.referenceProblem {
            throw TrainingError("\(checkpoint.path): the reference has no such model: \(problem)")
        }
    }

    private var architecture: Architecture {
        Architecture(checkpoint.header.configuration, inputShape: checkpoint.header.inputShape)
    }

    /// What makes the reference compute other numbers from the same tensors; nil if nothing does.
    public var difference: String? { architecture.referenceDifference }

    /// Writes all tensors that the reference's `load_state_dict` wants: what is unused there and not ours is zero.
    /// - Throws: `StoreError`.
    public func write<R: Scalar>(to path: String, scalar: R.Type) throws {
        // Training alone has projection heads.
        let model = TreeVAE<R>(
            architecture: architecture, tree: checkpoint.header.tree, columns: 1,
            training: try checkpoint.hasProjections)
        try checkpoint.restore(model)
        var writer = SafetensorsWriter(metadata: [
            "format": "pt", Self.treeKey: ReferenceTree(checkpoint.header.tree).list,
            Self.shapeKey: checkpoint.header.inputShape.map(String.init).joined(separator: "x"),
        ])
        let element: SafetensorsTensor.Element = R.self == Double.self ? .double : .float
        let arena = model.arena
        // By name: so the file does not depend on the order of growth.
        for tensor in ReferenceTensor.all(of: model).sorted(by: { $0.name < $1.name }) {
            func bytes(_ values: UnsafePointer<R>, _ count: Int) -> [UInt8] {
                Array(UnsafeRawBufferPointer(UnsafeBufferPointer(start: values, count: count)))
            }
            switch tensor.source {
            case .parameter(let ours):
                writer.add(tensor.name, element, shape: tensor.shape) { bytes(arena.value(ours), ours.count) }
            case .statistic(let ours):
                writer.add(tensor.name, element, shape: tensor.shape) {
                    bytes(arena.statistic(ours), ours.count)
                }
            case .unused:
                writer.add(tensor.name, element, shape: tensor.shape) {
                    Array(repeating: 0, count: tensor.shape.reduce(element.size, *))
                }
            case .batchCount:
                writer.add(tensor.name, .integer, shape: tensor.shape) { Array(repeating: 0, count: 8) }
            }
        }
        try writer.write(to: path)
    }

    /// Writes the rows from which the reference builds the tree, as an array of texts.
    /// - Throws: `StoreError`.
    public func writeTree(to path: String) throws {
        let rows = ReferenceTree(checkpoint.header.tree).rows(leafLabels: leafLabels)
        try NumpyTexts(rows: rows).write(to: path)
    }

    /// Classes with more than a tenth of a leaf's samples, and how many samples it has.
    private var leafLabels: [String] {
        let header = checkpoint.header
        return header.tree.leaves.map { leaf in
            guard let clustering = header.clustering else { return "no digits" }
            let total = clustering.count(below: leaf, in: header.tree)
            let counts = clustering.classCounts(below: leaf, in: header.tree) ?? []
            let classes = zip(header.classNames, counts).filter { 10 * $1 > total }.map {
                "\($0): \((Double(100 * $1) / Double(total)).rounded() / 100) "
            }
            return total == 0 ? "no digits" : " " + classes.joined() + "tot \(total)"
        }
    }
}
