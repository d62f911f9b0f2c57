import Configuration
import Kernels
import Layers
import Networks
import Testing
import Topology
import TreeModel

@testable import Training

extension TrainingTests {
    /// Far leaves are reached with probabilities whose gradients are denormal numbers.
    @Suite struct DenormalTests {
        /// Denormal numbers in values, gradients and moments of a tree of three levels after eight steps of training, in
        /// which every sample goes left, and right with a probability of 3e-20 at each router.
        private func denormalsAfterTraining() throws -> Int {
            let size = 32
            let architecture = Architecture(
                family: .mlp, inputShape: [12], latent: [3, 3, 3, 3], layers: [8, 8, 8, 8],
                batchNorm: .init(momentum: 0.9, epsilon: 1e-3, slope: 0.3), initialisation: .glorot)
            var tree = Tree()
            for leaf in [1, 2, 5, 6] { _ = tree.split(leaf) }
            let model = TreeVAE<Float>(architecture: architecture, tree: tree, columns: size, training: true)
            let arena = model.arena
            arena.initialise(.glorot, seed: 1, generation: 0)
            for tensor in arena.parameters where tensor.name.hasSuffix("inference_router/logit/bias") {
                arena.value(tensor).pointee = 45
            }
            for index in 0..<size * 12 { model.images[index] = Float(index * 7 % 31) / 31 }
            let batch = BatchShape(columns: size, globalColumns: size)
            let adam = Adam(Configuration().optimizer)
            for iteration in 0..<8 {
                let noise = NoiseKey(seed: 1, epoch: UInt32(iteration), stream: .training)
                _ = try (0..<Int32(size)).map { $0 }.withUnsafeBufferPointer {
                    try model.step(batch, noise: noise, samples: $0.baseAddress!, alpha: 1)
                }
                adam.update(arena, 0..<arena.count, iteration: iteration, learningRate: 1e-3)
            }
            return [arena.values, arena.gradients, arena.firstMoment, arena.secondMoment]
                .reduce(0) { $0 + Denormals.count(in: $1) }
        }

        @Test func trainingOfFarLeavesMeetsNone() throws {
            #expect(try denormalsAfterTraining() == 0)
            #expect(try Denormals.kept(denormalsAfterTraining) > 100)
        }
    }
}
