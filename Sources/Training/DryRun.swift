import Batches
import Checkpoints
import Configuration
import Foundation
import Kernels
import Networks
import RunProgress
import RunLog
import Topology
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
        let first = model(leaves: 2)
        let full = model(leaves: configuration.growth.maxLeaves)
        let isTree = configuration.model.kind == .tree
        let size = isTree ? " with \(configuration.growth.maxLeaves) leaves" : ""
        let parameters =
            isTree
            ? "\(first.arena.count) with 2 leaves, \(full.arena.count)\(size)" : "\(full.arena.count)"
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
            parameters  \(parameters)\(projections(full))
            work        \(gigaflops(full)) GFLOP a step\(size)
            exchange    \(exchange) a step\(size)
            memory      about \(megabytes(full, columns: share)) MB a rank\(size), \
            data included
            output      \(plan.directory.path)
            """
    }

    /// How long the run will take, told by steps of its own that are timed on this core.
    ///
    /// - Throws: `StoreError` where samples cannot be read.
    public func estimate() throws -> String {
        let forecast = try RunForecast<R>(plan, ranks: ranks, columns: share)
        let size = forecast.leaves > 1 ? " with \(forecast.leaves) leaves, if it ends so," : ""
        return
            "time        about \(Progress.time(forecast.seconds)) for the whole schedule: a step\(size) takes "
            + String(format: "%.1f ms here", 1000 * forecast.step)
    }

    /// Refuses a run of which a rank does not fit the memory of this machine.
    /// - Throws: ``TrainingError``.
    public func requireMemory() throws {
        let needed =
            Double(megabytes(model(leaves: plan.configuration.growth.maxLeaves), columns: share)) * 1e6
        let there = Double(ProcessInfo.processInfo.physicalMemory)
        guard needed > there else { return }
        throw TrainingError(
            "a rank needs about \(Int(needed / 1e6)) MB, this machine has \(Int(there / 1e6)) MB: set a smaller "
                + "training.batch_size, growth.max_leaves or data.memory_budget, or start more ranks on more machines"
        )
    }

    /// The most samples of a batch that a rank has.
    private var share: Int {
        (0..<ranks).map {
            BatchDivision(
                batchSize: plan.configuration.training.batchSize, share: RankShare(rank: $0, ranks: ranks)
            ).columns
        }.max() ?? 0
    }

    /// A model of the plan's architecture with room for the smallest batch: enough to count.
    private func model(leaves: Int) -> TreeVAE<R> {
        let architecture = Architecture(plan.configuration, inputShape: plan.training.shape)
        let tree = Tree(standIn: leaves, for: plan.configuration, of: architecture)
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
        guard plan.configuration.model.kind == .tree else {
            let bytes = model(leaves: 1).arena.count * MemoryLayout<R>.stride
            return String(format: "%.2f MB of gradients", Double(bytes) / 1e6)
        }
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
