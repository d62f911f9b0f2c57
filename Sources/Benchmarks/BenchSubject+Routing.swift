import Batches
import Kernels
import Layers
import Topology
import Training
import TreeModel

extension BenchSubject {
    /// Makes every inference router decide almost certainly, for half of the samples that reach it each way.
    ///
    /// New routers send every sample everywhere. Large weights make their decisions sharp, and the bias of each goes to
    /// the median of its logits, from the root down. This is done in a dense twin, whose running statistics, from
    /// one batch, are those that stand in where paths are sparse. Every rank finds the same from all samples.
    func routeSharply() throws {
        var architecture = model.architecture
        architecture.pathThreshold = 0
        architecture.batchNorm.momentum = 0
        let size = configuration.training.batchSize
        let twin = TreeVAE<R>(
            architecture: architecture, tree: model.tree, columns: size, training: true)
        let arena = twin.arena
        arena.initialise(architecture.initialisation, seed: configuration.seedBits, generation: 0)
        let plans = stride(from: 0, to: dataset.count, by: size).map { BatchPlan($0..<$0 + size) }
        if let first = try pass(plans).next(into: twin.images) {
            _ = try twin.step(first, noise: noise(.training), alpha: 1, observer: nil)
        }
        let parameters = Dictionary(uniqueKeysWithValues: arena.parameters.map { ($0.name, $0) })
        func parameter(_ name: String, of node: Tree.Node) -> Tensor {
            guard let tensor = parameters["\(nodeName(node.id))/inference_router/logit/\(name)"] else {
                preconditionFailure("node \(node.id) has no router")
            }
            return tensor
        }
        for depth in 0..<twin.tree.depth {
            let nodes = twin.tree.nodes.filter { $0.depth == depth && $0.isSplit }
            for node in nodes {
                let weight = parameter("weight", of: node)
                R.scale(arena.value(weight), by: 100, count: weight.count)
            }
            var logits = [[R]](repeating: [], count: nodes.count)
            let batches = pass(plans)
            while let batch = try batches.next(into: twin.images) {
                try twin.assign(batch.shape)
                for (index, node) in nodes.enumerated() {
                    let (reach, logit) = twin.topDown.decision(node.id)
                    logits[index] += (0..<size).filter { reach[$0] > 0.5 }.map { logit[$0] }
                }
            }
            for (node, logits) in zip(nodes, logits) where !logits.isEmpty {
                arena.value(parameter("bias", of: node)).pointee -= logits.sorted()[logits.count / 2]
            }
        }
        model.arena.copyValues(from: arena) { $0 }
    }
}
