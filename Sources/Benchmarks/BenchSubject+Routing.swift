import Kernels
import Layers
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
        let batch = BatchShape(columns: size, globalColumns: size)
        let twin = TreeVAE<R>(
            architecture: architecture, tree: model.tree, columns: size, training: true)
        let arena = twin.arena
        arena.initialise(architecture.initialisation, seed: configuration.seedBits, generation: 0)
        try load(0, batch, into: twin.images) { samples in
            _ = try twin.step(batch, noise: noise(.training), samples: samples, alpha: 1)
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
            for start in stride(from: 0, to: order.count, by: size) {
                try load(start, batch, into: twin.images) { _ in try twin.assign(batch) }
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
