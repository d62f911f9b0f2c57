import Batches
import Checkpoints
import Collectives
import Configuration
import Kernels
import Layers
import Store
import Training
import TreeModel

/// One training step written to a file with all that goes into it, for another implementation to repeat: a checkpoint
/// of the model before the step, and a group `/step` (docs/performance.md).
public struct StepExport: Encodable, CustomStringConvertible, Sendable {
    /// What the step gave: means over the batch.
    public let terms: LossTerms

    enum CodingKeys: String, CodingKey {
        case recLoss = "rec_loss"
        case klRoot = "kl_root"
        case klNodes = "kl_nodes"
        case klDecisions = "kl_decisions"
    }

    /// One flat object.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(terms.reconstruction, forKey: .recLoss)
        try container.encode(terms.klRoot, forKey: .klRoot)
        try container.encode(terms.klNodes, forKey: .klNodes)
        try container.encode(terms.klDecisions, forKey: .klDecisions)
    }

    /// The terms, for people.
    public var description: String {
        "a step with reconstruction loss \(terms.reconstruction), KL of the root \(terms.klRoot), of the nodes "
            + "\(terms.klNodes), of the decisions \(terms.klDecisions)"
    }

    /// Runs a step of an untrained model on this process alone, without the contrastive extension, and writes the file
    /// whole or not at all.
    ///
    /// - Parameters:
    ///   - configuration: architecture and batch size.
    ///   - leaves: of the balanced tree.
    /// - Throws: ``TrainingError`` where there is no such tree; `StoreError` where nothing can be written.
    public init<R: Scalar>(
        _ configuration: Configuration, leaves: Int, to path: String, scalar: R.Type
    ) throws {
        var configuration = configuration
        configuration.contrastive.weight = 0
        try self.init(
            try BenchSubject<R>(
                configuration, leaves: leaves, training: true, communicator: SoloCommunicator()), to: path)
    }

    /// Runs a step of a checkpoint's model on this process alone, without the contrastive extension, and writes the
    /// file whole or not at all.
    /// - Throws: `StoreError` where nothing can be read or written.
    public init<R: Scalar>(
        _ checkpoint: CheckpointReader, batchSize: Int, to path: String, scalar: R.Type
    ) throws {
        try self.init(
            try BenchSubject<R>(checkpoint, batchSize: batchSize, communicator: SoloCommunicator()), to: path)
    }

    private init<R: Scalar>(_ subject: BenchSubject<R>, to path: String) throws {
        let configuration = subject.configuration
        let model = subject.model
        let size = configuration.training.batchSize
        let writer = CheckpointWriter(
            header: CheckpointHeader(
                configuration: configuration, tree: model.tree, inputShape: subject.dataset.shape,
                datasetName: subject.dataset.name, inputs: nil, classNames: [], state: RunState(), history: []
            ),
            arena: model.arena)
        var result = LossTerms()
        try writer.write(to: path) { root in
            let group = try root.createGroup("step")
            try Self.write(configuration.model, to: group)
            // The step comes last: it moves the running statistics, which the checkpoint has from before it.
            let plan = BatchPlan(0..<size, sliceColumns: subject.division.sliceColumns)
            if let batch = try subject.pass([plan]).next(into: model.images) {
                let noise = subject.noise(.training)
                let evaluated = try model.evaluate(batch.shape, noise: noise, samples: batch.identities)
                let evaluation = try group.createGroup("evaluation")
                try Self.write(evaluated, to: evaluation)
                try Self.writeOutputs(of: model, to: evaluation)
                result = try model.step(batch, noise: noise, alpha: Self.alpha, observer: nil)
            }
            try Self.write(result, to: group)
            try Self.write(model, to: group)
        }
        terms = result
    }

    /// Weight of the KL parts in the gradients.
    private static var alpha: Double { 1 }

    /// What another implementation needs to build the model.
    private static func write(_ model: Configuration.Model, to group: HDF5Group) throws {
        try group.setAttribute("family", to: model.family.rawValue)
        try group.setAttribute("latent", to: model.latent)
        try group.setAttribute("layers", to: model.layers)
        try group.setAttribute("likelihood", to: model.likelihood.rawValue)
        try group.setAttribute("variance", to: model.variance)
        try group.setAttribute("minimum_variance", to: model.minimumVariance)
        try group.setAttribute("batch_norm_epsilon", to: model.batchNorm.epsilon)
        try group.setAttribute("activation_slope", to: model.activationSlope)
    }

    private static func write(_ terms: LossTerms, to group: HDF5Group) throws {
        try group.setAttribute(CodingKeys.recLoss.rawValue, to: terms.reconstruction)
        try group.setAttribute(CodingKeys.klRoot.rawValue, to: terms.klRoot)
        try group.setAttribute(CodingKeys.klNodes.rawValue, to: terms.klNodes)
        try group.setAttribute(CodingKeys.klDecisions.rawValue, to: terms.klDecisions)
    }

    /// What went into the step, and its gradients.
    private static func write<R: Scalar>(_ model: TreeVAE<R>, to group: HDF5Group) throws {
        try group.setAttribute("alpha", to: alpha)
        try write(
            model.images, features: model.architecture.inputs, of: model, to: "images", in: group,
            shape: model.architecture.inputShape)
        for node in model.tree.nodes {
            let latent = model.architecture.latentSize(depth: node.depth)
            try write(
                model.topDown.noise(node.id), features: latent, of: model, to: "noise/\(nodeName(node.id))",
                in: group, shape: [latent])
        }
        for tensor in model.arena.parameters {
            try group.write(
                UnsafeBufferPointer(start: model.arena.gradient(tensor), count: tensor.count),
                to: "gradients/\(tensor.name)", shape: tensor.shape)
        }
    }

    /// Probability of each leaf, and what its decoder makes of its z, of a batch that has been evaluated.
    private static func writeOutputs<R: Scalar>(of model: TreeVAE<R>, to group: HDF5Group) throws {
        for leaf in model.tree.leaves {
            try write(
                model.topDown.leafReach(leaf), features: 1, of: model,
                to: "probabilities/\(nodeName(leaf))", in: group, shape: [])
            let output = try model.topDown.decode(leaf)
            try write(
                output.value, features: output.rows, of: model, to: "outputs/\(nodeName(leaf))", in: group,
                shape: [output.rows])
        }
    }

    /// Writes values of the batch, sample by sample.
    private static func write<R: Scalar>(
        _ values: UnsafePointer<R>, features: Int, of model: TreeVAE<R>, to name: String, in group: HDF5Group,
        shape: [Int]
    ) throws {
        let batch = model.pass.batch
        let rows = Storage<R>(count: features * batch.columns)
        R.transpose(values, rows: features, columns: batch.columns, stride: batch.stride, into: rows.pointer)
        try group.write(
            UnsafeBufferPointer(start: rows.pointer, count: rows.count), to: name,
            shape: [batch.columns] + shape)
    }
}
