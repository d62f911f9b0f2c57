import Batches
import Checkpoints
import Configuration
import Foundation
import Kernels
import Networks
import RunLog
import TreeModel

/// What a run will be, told before its first step.
public struct DryRun<R: Scalar> {
    private let plan: RunPlan
    private let ranks: Int

    /// Describes a plan on a number of ranks.
    public init(_ plan: RunPlan, ranks: Int) {
        self.plan = plan
        self.ranks = ranks
    }

    /// A few lines for people.
    public var text: String {
        let configuration = plan.configuration
        let share =
            (0..<ranks).map {
                BatchDivision(
                    batchSize: configuration.training.batchSize, share: RankShare(rank: $0, ranks: ranks)
                ).columns
            }.max() ?? 0
        let first = model(leaves: 2)
        let full = model(leaves: configuration.growth.maxLeaves)
        let test = plan.test.map { "\($0.count) test" } ?? "no test"
        let streamed = [(plan.training, "training"), (plan.test, "test")].compactMap { dataset, name in
            dataset?.stored == nil ? nil : name
        }
        let (batch, views) = (configuration.training.batchSize, configuration.augmentation.views)
        let held =
            views == 1
            ? "samples of each batch of \(batch)"
            : "views of each batch of \(batch), \(views) of each of \(configuration.samplesPerBatch) samples"
        return """
            data        \(plan.training.name): \(plan.training.count) training and \(test) samples of \
            \(plan.training.shape.map(String.init).joined(separator: "x")), \(plan.training.classCount) classes\(streamed.isEmpty ? "" : "; \(streamed.joined(separator: " and ")) samples stay in their files")
            ranks       \(ranks), \(share) \(held)
            augmented   \(configuration.augmentationText)
            parameters  \(first.arena.count) with 2 leaves, \(full.arena.count) with \(configuration.growth.maxLeaves)\(projections(full))
            work        \(gigaflops(full)) GFLOP a step with \(configuration.growth.maxLeaves) leaves
            exchange    \(exchange) a step with \(configuration.growth.maxLeaves) leaves
            memory      about \(megabytes(full, columns: share)) MB a rank with \(configuration.growth.maxLeaves) leaves, \
            data included
            output      \(plan.directory.path)
            """
    }

    /// How long the run will take, told by the speed of a matrix product on this core. Evaluations are not counted.
    public var estimate: String {
        let speed = KernelBenchmark.productSpeed(
            of: R.self, shapes: [(m: 512, n: 512, k: 512)], minimumSeconds: 0.2
        ).gigaflops
        let leaves = plan.configuration.growth.maxLeaves
        let (first, full) = (
            model(leaves: 2).flops(training: true), model(leaves: max(3, leaves)).flops(training: true)
        )
        // Where no tree has more leaves than two, the root counts as half a leaf.
        let decoding = full > first ? Double(full - first) / Double(max(3, leaves) - 2) : Double(first) / 2.5
        let work =
            WorkEstimate(configuration: plan.configuration, samples: plan.training.count)
            .restOfRun(RunState(), leaves: 2).decodings * decoding
        let seconds = work / (Self.efficiency * speed * 1e9 * Double(ranks))
        return
            "time        about \(Progress.time(seconds)) for the whole schedule, if steps run at half the speed of matrix "
            + "products here, \(Int(speed)) GFLOP/s a rank"
    }

    /// What a training step reaches of the speed of matrix products (docs/performance.md).
    private static var efficiency: Double { 0.5 }

    /// A model of the plan's architecture with room for the smallest batch: enough to count.
    private func model(leaves: Int) -> TreeVAE<R> {
        let architecture = Architecture(plan.configuration, inputShape: plan.training.shape)
        let tree = Tree(balanced: leaves, deepest: architecture.deepestLevel)
        return TreeVAE(architecture: architecture, tree: tree, columns: 1, training: true)
    }

    /// The parameters that only contrastive training has.
    private func projections(_ model: TreeVAE<R>) -> String {
        let count = model.arena.parameters.filter { $0.name.hasPrefix("projection/") }.reduce(0) {
            $0 + $1.count
        }
        return count > 0 ? "; of these \(count) in projection heads" : ""
    }

    private func gigaflops(_ model: TreeVAE<R>) -> String {
        let flops = Double(model.flops(training: true) * plan.configuration.training.batchSize)
        return String(format: "%.2f", flops / 1e9)
    }

    /// What the ranks send each other.
    private var exchange: String {
        let leaves = plan.configuration.growth.maxLeaves
        guard
            let sizes = try? ExchangeSizes(
                plan.configuration, leaves: leaves, inputShape: plan.training.shape, scalar: R.self)
        else { preconditionFailure("a configuration with \(leaves) leaves has levels for them") }
        return String(
            format: "%.2f MB of gradients, %.2f MB while a subtree grows,", Double(sizes.tree) / 1e6,
            Double(sizes.subtree) / 1e6)
    }

    private func megabytes(_ model: TreeVAE<R>, columns: Int) -> Int {
        let data = plan.datasets.reduce(0) { $0 + $1.heldBytes }
        let augmented =
            plan.configuration.augmentation.method == .none ? 0 : columns * model.architecture.features
        let values = 4 * model.arena.count + model.pass.valuesPerColumn * paddedStride(columns)
        return (data + values * MemoryLayout<R>.stride + augmented * MemoryLayout<Float>.stride) / 1_000_000
    }
}
