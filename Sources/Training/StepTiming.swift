import Batches
import Checkpoints
import Collectives
import Configuration
import Datasets
import Foundation
import Kernels
import Layers
import Networks
import Topology
import TreeModel

/// How long the steps of a run take on this core: its own models and samples, a few steps of them, timed.
struct StepTiming<R: Scalar> {
    /// Seconds of a step.
    struct Step {
        /// Forward and backward, for each column of the batch, loading it included.
        let column: Double
        /// Of Adam, whatever the batch.
        let update: Double
        /// In which a column is only assigned, as after every epoch.
        let assignment: Double
        /// Of parameters and moments in a checkpoint.
        let bytes: Int

        /// A step that is so far on the way from this one to another.
        func towards(_ other: Step, share: Double) -> Step {
            func between(_ first: Double, _ second: Double) -> Double { first + share * (second - first) }
            return Step(
                column: between(column, other.column), update: between(update, other.update),
                assignment: between(assignment, other.assignment),
                bytes: Int(between(Double(bytes), Double(other.bytes))))
        }
    }

    private let plan: RunPlan
    private let columns: Int
    private let architecture: Architecture

    /// A step of so much work tells enough of large ones.
    private static var enoughWork: Double { 3e10 }

    /// - Parameter columns: of a rank's part of a batch; fewer are timed where that is much work.
    init(_ plan: RunPlan, columns: Int) {
        self.plan = plan
        self.columns = min(columns, plan.training.count)
        architecture = Architecture(plan.configuration, inputShape: plan.training.shape)
    }

    /// Times steps of a tree with so many leaves.
    func tree(leaves: Int) throws -> Step {
        let tree = Tree(standIn: leaves, for: plan.configuration, of: architecture)
        let work = TreeVAE<R>(architecture: architecture, tree: tree, columns: 1, training: true).flops(
            training: true)
        let columns = few(work)
        let model = TreeVAE<R>(architecture: architecture, tree: tree, columns: columns, training: true)
        return try step(model, columns: columns) { try model.assign($0) }
    }

    /// Times steps of two leaves below the root, whose inputs are kept.
    func subtree() throws -> Step {
        func build(columns: Int) -> Subtree<R> {
            Subtree(
                architecture: architecture, growing: .root, at: 0,
                weightsReconstruction: plan.configuration.growth.weightedReconstruction, columns: columns)
        }
        let columns = few(build(columns: 1).flops)
        let subtree = build(columns: columns)
        for input in [subtree.upperLevel, subtree.lowerLevel] {
            input.value.update(repeating: 0.5, count: input.rows * paddedStride(columns))
        }
        subtree.latent.update(repeating: 0.5, count: subtree.latentSize * paddedStride(columns))
        subtree.reach.update(repeating: 1, count: paddedStride(columns))
        return try step(LoneSubtree(subtree: subtree), columns: columns) { try subtree.assign($0) }
    }

    private func few(_ flops: Int) -> Int {
        min(
            columns,
            max(
                columnAlignment,
                Int(Self.enoughWork / Double(max(1, flops))) / columnAlignment * columnAlignment))
    }

    /// The middle one of a few steps: single ones are disturbed, or find everything in the cache.
    private func step(
        _ model: some Trainee<R>, columns: Int, assign: (BatchShape) throws -> Void
    ) throws -> Step {
        let configuration = plan.configuration
        model.arena.initialise(architecture.initialisation, seed: configuration.seedBits, generation: 0)
        let adam = Adam(configuration.optimizer)
        let noise = NoiseKey(seed: configuration.seedBits, epoch: 0, stream: .training)
        var (steps, updates, assignments) = ([Double](), [Double](), [Double]())
        var spent = 0.0
        // The first makes caches warm; slow ones are not repeated for long.
        for index in 0..<24 where index < 3 || spent < 1 {
            let pass = SamplePass<R>(
                plan.training, plan.training.allSamples, plans: [BatchPlan(0..<columns)], window: columns)
            var shape = BatchShape(columns: columns, globalColumns: columns)
            let one = try seconds {
                guard let batch = try pass.next(into: model.images) else {
                    preconditionFailure("a plan of one batch has one")
                }
                shape = batch.shape
                _ = try model.step(batch, noise: noise, alpha: 1, observer: nil)
            }
            let another = try seconds {
                try adam.step(
                    model.arena, iteration: index, learningRate: 1e-9, communicator: SoloCommunicator(),
                    observer: nil)
            }
            let look = try seconds { try assign(shape) }
            spent += one
            guard index > 0 else { continue }
            steps.append(one)
            updates.append(another)
            assignments.append(look)
        }
        func middle(_ times: [Double]) -> Double { times.sorted()[times.count / 2] }
        return Step(
            column: middle(steps) / Double(columns), update: middle(updates),
            assignment: middle(assignments) / Double(columns),
            bytes: 3 * model.arena.count * MemoryLayout<R>.stride)
    }

    /// Seconds without those in which the machine did something else: on one thread what the processor spent, which no
    /// other process adds to.
    private func seconds(_ body: () throws -> Void) rethrows -> Double {
        let before = clock()
        let elapsed = try ContinuousClock().measure(body) / .seconds(1)
        return min(elapsed, Double(clock() - before) / Double(CLOCKS_PER_SEC))
    }
}

/// A subtree whose inputs stay as they are.
private struct LoneSubtree<R: Scalar>: Trainee {
    let subtree: Subtree<R>

    var arena: Arena<R> { subtree.arena }
    var images: UnsafeMutablePointer<R> { subtree.images.value }

    func step(_ batch: Batch, noise: NoiseKey, alpha: Double, observer: StepObserver?) throws -> LossTerms {
        try subtree.step(
            batch.shape, noise: noise, samples: batch.identities, alpha: alpha, observer: observer)
    }
}
