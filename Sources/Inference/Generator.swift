import Checkpoints
import Collectives
import Kernels
import Layers
import Topology
import TreeModel

/// How new samples are drawn from the prior.
public struct GenerationPlan: Sendable {
    /// Which leaves decode a draw.
    public enum Mode: Sendable, Equatable {
        /// Every leaf decodes the same draw of the root: what the clusters have in common and what they differ in.
        case allLeaves
        /// The leaf that a walk from the root ends in, the prior's routers deciding.
        case paths
        /// One leaf, of draws whose walk ends there.
        case leaf(Int)
    }

    /// Which leaves decode a draw.
    public var mode: Mode
    /// Number of draws.
    public var count: Int
    /// What the standard deviations of all latents are multiplied by: 1 is the model's prior, less draws nearer to its
    /// mean, 0 the mean itself. Decisions keep their probabilities.
    public var temperature: Double
    /// Key of the random numbers.
    public var seed: Int

    /// A way to draw.
    public init(mode: Mode, count: Int, temperature: Double = 1, seed: Int = 1) {
        self.mode = mode
        self.count = count
        self.temperature = temperature
        self.seed = seed
    }
}

/// Some draws from the prior.
public struct GeneratedBatch: Sendable {
    /// Number of the first draw.
    public let first: Int
    /// The leaf that decoded each draw; empty where all did.
    public let leaves: [Int]
    /// Means of the decoders, `[draws, features]`, or `[draws, leaves, features]` where all leaves decoded; of counts
    /// their shares of a sample's total.
    public let values: [Float]
    /// The prior's probability of each leaf, breadth first, given the draw's latents: `[draws, leaves]`.
    public let probabilities: [Float]
    /// Number of draws.
    public let count: Int
}

/// Draws new samples from a checkpoint's model (paper 2.1): the root's prior, transformations, generative routers,
/// decoders.
public struct Generator<R: Scalar> {
    private let model: TreeVAE<R>
    /// Draws of a batch.
    private static var batchSize: Int { 256 }
    /// Walks after which a leaf that is reached too rarely is given up.
    private static var walksPerDraw: Int { 1000 }

    /// Identifiers of the leaves, breadth first.
    public var leaves: [Int] { model.tree.leaves }
    /// Shape of one sample.
    public var shape: [Int] { model.architecture.outputShape }

    /// The covariate that is 1 of all draws, of a model that has some.
    private let covariate: Int?

    /// Restores a checkpoint's model.
    ///
    /// - Parameter batch: the batch that samples are drawn of, `KEY=VALUE` or the value alone; nil for the model's first.
    /// - Throws: ``TrainingError`` where the model does not know it.
    public init(_ checkpoint: CheckpointReader, batch: String? = nil) throws {
        model = try checkpoint.model(columns: Self.batchSize, isSparse: false)
        let names = checkpoint.header.inputs?.featureNames.suffix(model.architecture.covariates) ?? []
        guard let batch else {
            covariate = model.architecture.covariates > 0 ? 0 : nil
            return
        }
        guard let place = names.firstIndex(where: { $0 == batch || $0.hasSuffix("=" + batch) }) else {
            throw TrainingError(
                "\(checkpoint.path) does not know the batch '\(batch)': "
                    + (names.isEmpty
                        ? "it was trained without batches" : "it knows \(names.joined(separator: ", "))"))
        }
        covariate = place - names.startIndex
    }

    /// Draws, and hands over batch after batch.
    ///
    /// A draw depends on nothing but the seed and its number.
    /// - Throws: ``TrainingError`` where there is no such leaf, or walks hardly ever end there.
    public func draw(_ plan: GenerationPlan, _ body: (GeneratedBatch) throws -> Void) throws {
        var wanted: Int?
        if case .leaf(let leaf) = plan.mode {
            try model.tree.checkLeaf(leaf)
            wanted = leaf
        }
        var found = 0
        var walks = 0
        while found < plan.count {
            let columns = wanted == nil ? min(Self.batchSize, plan.count - found) : Self.batchSize
            let ends = try run(plan, from: walks, columns: columns)
            let kept = ends.indices.filter { wanted == nil || ends[$0] == wanted }.prefix(plan.count - found)
            walks += columns
            if !kept.isEmpty { try body(try batch(plan, first: found, kept: Array(kept), ends: ends)) }
            found += kept.count
            if let wanted, found < plan.count, walks >= Self.walksPerDraw * max(plan.count, Self.batchSize) {
                throw TrainingError(
                    "leaf \(wanted): only \(found) of \(walks) walks by the prior's routers end there, \(plan.count) "
                        + "were asked for; --mode all-leaves has every leaf decode every draw")
            }
        }
    }

    /// Runs the model for draws from number `first` on; returns where each walk ends.
    private func run(_ plan: GenerationPlan, from first: Int, columns: Int) throws -> [Int] {
        var key = NoiseKey(
            seed: UInt64(bitPattern: Int64(plan.seed)), epoch: 0, stream: RandomStream.generation)
        let batch = BatchShape(columns: columns, globalColumns: columns)
        let draws = (first..<first + columns).map(Int32.init)
        if let covariate { model.setCovariate(covariate, batch) }
        return try draws.withUnsafeBufferPointer { draws in
            try model.generate(batch, noise: key, samples: draws.baseAddress!, temperature: plan.temperature)
            key.stream = .decisions
            return model.topDown.walk(model.pass, key: key, samples: draws.baseAddress!)
        }
    }

    private func batch(_ plan: GenerationPlan, first: Int, kept: [Int], ends: [Int]) throws -> GeneratedBatch
    {
        let columns = ends.count
        let features = model.architecture.features
        let isWhole = plan.mode == .allLeaves
        let decoders = isWhole ? leaves.count : 1
        var values = [Float](repeating: 0, count: kept.count * decoders * features)
        var probabilities = [Float](repeating: 0, count: kept.count * leaves.count)
        let means = Storage<R>(count: columns * features)
        for (index, leaf) in leaves.enumerated() {
            let reach = model.topDown.leafReach(leaf)
            for (row, column) in kept.enumerated() {
                probabilities[row * leaves.count + index] = Float(reach[column])
            }
            let decoded = kept.indices.filter { isWhole || ends[kept[$0]] == leaf }
            if decoded.isEmpty { continue }
            try model.topDown.copyMeans(of: leaf, columns: columns, into: means.pointer)
            for row in decoded {
                let (column, place) = (kept[row], (isWhole ? row * decoders + index : row) * features)
                for feature in 0..<features {
                    values[place + feature] = Float(means.pointer[column * features + feature])
                }
            }
        }
        return GeneratedBatch(
            first: first, leaves: isWhole ? [] : kept.map { ends[$0] }, values: values,
            probabilities: probabilities, count: kept.count)
    }
}

extension Tree {
    /// Refuses a number that is no leaf's, and says which are.
    public func checkLeaf(_ leaf: Int) throws(TrainingError) {
        guard !leaves.contains(leaf) else { return }
        let what = nodes.indices.contains(leaf) ? "node \(leaf) is no leaf" : "there is no node \(leaf)"
        throw TrainingError("\(what); the leaves are \(leaves.map(String.init).joined(separator: ", "))")
    }
}
