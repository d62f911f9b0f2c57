import Checkpoints
import Configuration
import Kernels
import RunProgress
import Topology

/// How long a run takes, from the phases that growth is expected to bring and the steps of each, timed on this core.
///
/// Not counted are waits for files and for other ranks.
struct RunForecast<R: Scalar> {
    /// Leaves that the tree is expected to end with.
    let leaves: Int
    /// Seconds of a step of that tree.
    let step: Double
    /// Seconds of the whole run.
    let seconds: Double

    /// Bytes of a checkpoint that are digested, written, read back and compared in a second.
    private static var checkpointSpeed: Double { 3e8 }

    /// - Parameter columns: the most samples of a batch that a rank has.
    init(_ plan: RunPlan, ranks: Int, columns: Int) throws {
        let configuration = plan.configuration
        let work = WorkEstimate(configuration: configuration, samples: plan.training.count)
        let first = configuration.model.kind == .tree ? configuration.growth.firstLeaves : 1
        let parts = work.schedule(from: RunState(), leaves: first)
        let last = parts.map(\.leaves).max() ?? first
        let timing = StepTiming<R>(plan, columns: columns)
        // What a step of the tree takes grows with its leaves in a straight line.
        let small = try timing.tree(leaves: first)
        let large = last > first ? try timing.tree(leaves: last) : small
        let subtree = parts.contains { $0.phase == .subtree } ? try timing.subtree() : small
        let batch = Double(configuration.training.batchSize)
        let followed = Double((plan.test ?? plan.training).count)
        var seconds = 0.0
        for part in parts where part.epochs > 0 {
            let samples = work.visited(part.phase, leaves: part.leaves)
            let share = last > first ? Double(part.leaves - first) / Double(last - first) : 0
            let step = part.phase == .subtree ? subtree : small.towards(large, share: share)
            // A subtree's last batch is left out when it is short.
            let steps =
                part.phase == .subtree
                ? max(1, (samples / batch).rounded(.down)) : (samples / batch).rounded(.up)
            let trained = part.phase == .subtree ? min(samples, steps * batch) : samples
            var epoch = trained * step.column / Double(ranks) + steps * step.update
            epoch += followed * step.assignment / Double(ranks)
            if part.phase == .finetune, configuration.growth.pruneWhen == .during {
                epoch += Double(plan.training.count) * step.assignment / Double(ranks)
            }
            let checkpoints = part.epochs / configuration.checkpoint.everyEpochs + 1
            seconds += Double(part.epochs) * epoch + Double(checkpoints * step.bytes) / Self.checkpointSpeed
        }
        leaves = last
        step = large.column * Double(columns) + large.update
        self.seconds = seconds
    }
}
