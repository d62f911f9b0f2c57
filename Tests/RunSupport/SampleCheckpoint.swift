import Checkpoints
import ClusterMetrics
import Configuration
import Kernels
import Networks
import RunLog
import Store
import Topology
import TreeModel

/// An untrained model with a made-up history, and how to write it.
package struct SampleCheckpoint {
    package var header: CheckpointHeader
    package let model: TreeVAE<Float>

    /// Three leaves, of which the root's left child has two: 30 samples in two classes.
    package init(epochs: Int) throws {
        let configuration = Configuration()
        var tree = Tree()
        _ = tree.split(1)
        var table = ContingencyTable(labelCount: 2, leafCount: 3)
        for (label, leaf, count) in [(0, 0, 10), (1, 1, 12), (0, 2, 2), (1, 2, 6)] {
            for _ in 0..<count { table.add(label: label, leaf: leaf) }
        }
        var state = RunState()
        state.stage = .finished
        state.growthStep = 1
        header = CheckpointHeader(
            configuration: configuration, tree: tree, inputShape: [1, 28, 28], datasetName: "sample",
            inputs: ModelInputs(
                featureNames: [], means: [], deviations: [], scale: 1.0 / 255, unit: "grey"),
            classNames: ["null", "eins"], state: state, history: (0..<epochs).map(Self.record),
            clustering: Clustering(leaves: tree.leaves, leafCounts: [10, 12, 8], table: table))
        let architecture = Architecture(configuration, inputShape: [1, 28, 28])
        model = TreeVAE(architecture: architecture, tree: tree, columns: 1, training: true)
        model.arena.initialise(architecture.initialisation, seed: 7, generation: 0)
    }

    /// Epochs of several phases, the first without labels.
    package static func record(_ index: Int) -> EpochRecord {
        let number = Double(index)
        return EpochRecord(
            phase: ["initial", "subtree", "finetune"][min(2, index / 4)], phaseIndex: min(2, index / 4),
            growthStep: 0,
            epoch: index % 4, leaves: 2 + min(1, index / 4), loss: 100 - number / 1000, recLoss: 90.5,
            klRoot: 1.25,
            klNodes: 2.5, klDecisions: 0.125, alpha: number * 1e-4, learningRate: 1e-3, seconds: 0.1,
            samplesPerSecond: 300, acc: index == 0 ? nil : 0.5, nmi: index == 0 ? nil : 0.25)
    }

    package func write(to path: String) throws {
        try CheckpointWriter(header: header, arena: model.arena).write(to: path)
    }
}
