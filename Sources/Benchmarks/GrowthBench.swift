import Batches
import Checkpoints
import Collectives
import Configuration
import Inference
import Kernels
import Layers
import Training
import TreeModel

/// Steps of a subtree that grows at a tree's first leaf.
final class GrowthBench<R: Scalar> {
    let subtree: Subtree<R>
    private let subject: BenchSubject<R>
    private var state = RunState()

    /// - Throws: ``TrainingError`` where there is no such tree, or none that can grow.
    init(_ configuration: Configuration, leaves: Int, communicator: any Communicator) throws {
        subject = try BenchSubject(
            configuration, leaves: leaves, training: false, communicator: communicator)
        let model = subject.model
        // The first leaf is among the least deep.
        let leaf = model.tree.leaves[0]
        guard model.tree.nodes[leaf].depth < model.architecture.deepestLevel else {
            throw TrainingError(
                "a tree of \(leaves) leaves cannot grow: all of them are on the last of the "
                    + "\(model.architecture.layers.count) levels of model.layers")
        }
        subtree = Subtree(
            architecture: model.architecture, growing: model.tree, at: leaf,
            weightsReconstruction: configuration.growth.weightedReconstruction,
            columns: subject.division.columns, reducer: subject.batchNormSum)
        subtree.arena.initialise(
            model.architecture.initialisation, seed: configuration.seedBits, generation: 1)
    }

    /// The frozen tree, as growth uses it; collective.
    ///
    /// - Parameter fixesLatents: whether one z per sample serves all steps, so that the tree runs only now.
    func frozenTree(fixesLatents: Bool) throws -> FrozenTree<R> {
        let evaluator = Evaluator(
            model: subject.model, communicator: subject.communicator,
            sliceColumns: subject.division.sliceColumns)
        var memory = MemoryBudget(bytes: .max)
        return try FrozenTree(
            evaluator, leaf: subtree.top, dataset: subject.dataset, subset: subject.dataset.allSamples,
            fixesLatents: fixesLatents, noise: subject.noise(.growth), memory: &memory)
    }

    /// Seconds of each of `count` steps below the frozen tree, on the slowest rank.
    func steps(_ count: Int, below frozen: FrozenTree<R>) throws -> [Double] {
        try subject.seconds(ofSteps: count, of: GrowingSubtree(subtree, below: frozen), .subtree, &state)
    }
}
