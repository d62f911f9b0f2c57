import Batches
import Checkpoints
import Collectives
import Configuration
import Datasets
import Kernels
import Layers
import Networks
import Topology
import TreeModel

/// How long the steps of a run take on this core: its own model and samples, a few steps of them, timed.
struct StepTiming<R: Scalar> {
    /// Seconds of a step, forward and backward, for each column of its batch.
    let column: Double
    /// Seconds of Adam, whatever the batch.
    let update: Double
    /// Seconds in which a column is only assigned, as after every epoch.
    let assignment: Double

    /// A step of so much work tells enough of large ones.
    private static var enoughWork: Double { 3e10 }

    /// Times steps of a tree with so many leaves. The fastest counts: others were disturbed.
    ///
    /// - Parameters:
    ///   - columns: of a rank's part of a batch; fewer are timed where that is much work.
    ///   - flops: of a step, for each column.
    init(_ plan: RunPlan, leaves: Int, columns: Int, flops: Int) throws {
        let configuration = plan.configuration
        let few = max(
            columnAlignment, Int(Self.enoughWork / Double(max(1, flops))) / columnAlignment * columnAlignment)
        let columns = min(columns, plan.training.count, few)
        let architecture = Architecture(configuration, inputShape: plan.training.shape)
        let model = TreeVAE<R>(
            architecture: architecture, tree: Tree(standIn: leaves, for: configuration, of: architecture),
            columns: columns, training: true)
        model.arena.initialise(architecture.initialisation, seed: configuration.seedBits, generation: 0)
        let adam = Adam(configuration.optimizer)
        let noise = NoiseKey(seed: configuration.seedBits, epoch: 0, stream: .training)
        let pass = SamplePass<R>(
            plan.training, plan.training.allSamples, plans: [BatchPlan(0..<columns)], window: columns)
        guard let batch = try pass.next(into: model.images) else {
            preconditionFailure("a plan of one batch has one")
        }
        let clock = ContinuousClock()
        func seconds(_ body: () throws -> Void) rethrows -> Double { try clock.measure(body) / .seconds(1) }
        var (step, update, assignment) = (Double.infinity, Double.infinity, Double.infinity)
        var spent = 0.0
        // The first makes caches warm; slow ones are not repeated for long.
        for index in 0..<8 where index < 2 || spent < 2 {
            let one = try seconds { _ = try model.step(batch, noise: noise, alpha: 1, observer: nil) }
            let another = try seconds {
                try adam.step(
                    model.arena, iteration: index, learningRate: 1e-9, communicator: SoloCommunicator(),
                    observer: nil)
            }
            assignment = min(assignment, try seconds { try model.assign(batch.shape) })
            (step, update) = (min(step, one), min(update, another))
            spent += one
        }
        column = step / Double(columns)
        self.update = update
        self.assignment = assignment / Double(columns)
    }
}
