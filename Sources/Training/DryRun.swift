import Configuration
import Foundation
import Kernels
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
        return """
            data        \(plan.training.name): \(plan.training.count) training and \(test) samples of \
            \(plan.training.shape.map(String.init).joined(separator: "x")), \(plan.training.classCount) classes\(streamed.isEmpty ? "" : "; \(streamed.joined(separator: " and ")) samples stay in their files")
            ranks       \(ranks), \(share) samples of each batch of \(configuration.training.batchSize)
            parameters  \(first.arena.count) with 2 leaves, \(full.arena.count) with \(configuration.growth.maxLeaves)
            work        \(gigaflops(full)) GFLOP a step with \(configuration.growth.maxLeaves) leaves
            memory      about \(megabytes(full, columns: share)) MB a rank with \(configuration.growth.maxLeaves) leaves, \
            data included
            output      \(plan.directory.path)
            """
    }

    /// A model of the plan's architecture with room for the smallest batch: enough to count.
    private func model(leaves: Int) -> TreeVAE<R> {
        let architecture = Architecture(plan.configuration, inputShape: plan.training.shape)
        let tree = Tree(balanced: leaves, deepest: architecture.deepestLevel)
        return TreeVAE(architecture: architecture, tree: tree, columns: 1, training: true)
    }

    private func gigaflops(_ model: TreeVAE<R>) -> String {
        let flops = Double(model.flops(training: true) * plan.configuration.training.batchSize)
        return String(format: "%.2f", flops / 1e9)
    }

    private func megabytes(_ model: TreeVAE<R>, columns: Int) -> Int {
        let data = plan.datasets.reduce(0) { $0 + $1.heldBytes }
        let values = 4 * model.arena.count + model.pass.valuesPerColumn * paddedStride(columns)
        return (data + values * MemoryLayout<R>.stride) / 1_000_000
    }
}
