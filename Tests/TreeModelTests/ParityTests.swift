import Foundation
import Kernels
import Layers
import Testing

@testable import TreeModel

/// Figures recorded from the authors' PyTorch implementation in double precision: MNIST's cnn1, root and two
/// leaves, four samples, with parameters, inputs and noise given by formulas.
@Suite struct ParityTests {
    @Test func doubleEqualsTheReference() throws {
        try check(Double.self, tolerance: 1e-5)
    }

    @Test func floatEqualsTheReference() throws {
        try check(Float.self, tolerance: 1e-3)
    }

    private func check<R: Real>(_ type: R.Type, tolerance: Double) throws {
        let model = ReferenceModel<R>()
        let terms = try model.step(alpha: 0.3)
        #expect(isClose(terms.reconstruction, 660.58248, tolerance))
        #expect(isClose(terms.klRoot, 0.69230837, tolerance))
        #expect(isClose(terms.klDecisions, 0.0081493461, tolerance))
        #expect(isClose(terms.klNodes, 0.97146568, tolerance))
        #expect(isClose(terms.loss(alpha: 0.3), 661.08406, tolerance))

        let left = model.model.topDown.leafReach(1)
        for (column, expected) in [0.59509654, 0.52167486, 0.53147777, 0.61397109].enumerated() {
            #expect(isClose(Double(left[column]), expected, tolerance))
        }
        let negativeELBO = model.model.topDown.negativeELBO.pointer
        for (column, expected) in [700.98838, 636.52566, 633.92253, 677.58104].enumerated() {
            #expect(isClose(Double(negativeELBO[column]), expected, tolerance))
        }

        let norms: [Int: Double] = [
            0: 77.775894, 3: 102.61362, 24: 1.6468972, 28: 0.087969722, 34: 0.10317882, 36: 101.28101,
            44: 0.60154946, 47: 15.085561, 53: 2.8610924, 55: 19.715119, 61: 46.227792, 65: 1.9047302,
        ]
        let tensors = model.tensorsInReferenceOrder
        #expect(tensors.count == 88)
        #expect(model.model.arena.count == 171_004)
        for (index, expected) in norms {
            let tensor = tensors[index]
            let gradient = model.model.arena.gradient(tensor)
            let norm = (0..<tensor.count).reduce(0.0) { $0 + Double(gradient[$1]) * Double(gradient[$1]) }
                .squareRoot()
            #expect(isClose(norm, expected, tolerance), "gradient of tensor \(index), \(tensor.name)")
        }

        model.adamStep()
        let after = try model.step(alpha: 0.3)
        #expect(isClose(after.loss(alpha: 0.3), 650.66473, tolerance))
        #expect(isClose(after.reconstruction, 649.90983, tolerance))
    }

    private func isClose(_ value: Double, _ expected: Double, _ tolerance: Double) -> Bool {
        abs(value - expected) <= tolerance * abs(expected)
    }
}

/// The model behind the recorded figures.
final class ReferenceModel<R: Real> {
    let model: TreeVAE<R>
    private let samples: [Int32] = [0, 1, 2, 3]

    init() {
        let architecture = Architecture(
            family: .cnn1, inputShape: [1, 28, 28], latent: Array(repeating: 8, count: 6),
            layers: Array(repeating: 128, count: 6),
            batchNorm: .init(momentum: 0.9, epsilon: 1e-5, slope: 0.3), initialisation: .fanIn)
        model = TreeVAE(architecture: architecture, tree: Tree(), columns: 4, training: true)
        model.arena.initialise(.fanIn, seed: 0, generation: 0)
        for (t, tensor) in tensorsInReferenceOrder.enumerated() {
            let values = model.arena.value(tensor)
            for k in 0..<tensor.count {
                let wave = sin(0.9 * Double(t) + 0.31 * Double(k) + 0.5)
                switch tensor.role {
                case .weight(let fanIn, _): values[k] = R(wave / Double(fanIn).squareRoot())
                case .scale: values[k] = R(1 + 0.1 * wave)
                default: values[k] = R(0.05 * wave)
                }
            }
        }
    }

    /// The order in which the figures number tensors: per dense head mu W, b, sigma W, b.
    var tensorsInReferenceOrder: [Tensor] {
        let byName = Dictionary(uniqueKeysWithValues: model.arena.parameters.map { ($0.name, $0) })
        func norm(_ name: String) -> [String] { ["\(name)/batch_norm/scale", "\(name)/batch_norm/shift"] }
        func convolution(_ name: String) -> [String] { ["\(name)/convolution/weight"] + norm(name) }
        func dense(_ name: String) -> [String] { ["\(name)/linear/weight"] + norm(name) }
        func affine(_ name: String) -> [String] { ["\(name)/weight", "\(name)/bias"] }
        func router(_ name: String) -> [String] {
            dense("\(name)/dense_1") + dense("\(name)/dense_2") + affine("\(name)/logit")
        }
        func head(_ name: String) -> [String] { affine("\(name)/mu") + affine("\(name)/sigma") }
        var names = (1...3).flatMap { convolution("encoder/layer_\($0)") }
        names += (1...5).flatMap { dense("bottom_up/layer_\($0)") }
        names +=
            head("node_000/dense") + router("node_000/generative_router")
            + router("node_000/inference_router")
        for node in ["node_001", "node_002"] {
            names += dense("\(node)/transformation") + head("\(node)/transformation") + head("\(node)/dense")
            names += dense("\(node)/decoder/layer_1") + convolution("\(node)/decoder/layer_2")
            names += convolution("\(node)/decoder/layer_3") + affine("\(node)/decoder/layer_4/convolution")
        }
        return names.map { byName[$0]! }
    }

    func step(alpha: Double) throws -> LossTerms {
        let batch = BatchShape(columns: 4, globalColumns: 4)
        for n in 0..<4 {
            for i in 0..<784 {
                model.images[i * batch.stride + n] = R(
                    0.5 + 0.5 * sin(0.05 * Double(i * (n + 1)) + 0.3 * Double(n)))
            }
            for node in 0..<3 {
                for j in 0..<8 {
                    model.topDown.noise(node)[j * batch.stride + n] = R(
                        cos(1.3 * Double(node) + 0.7 * Double(n) + 0.4 * Double(j)))
                }
            }
        }
        return try samples.withUnsafeBufferPointer {
            try model.step(batch, noise: nil, samples: $0.baseAddress!, alpha: alpha)
        }
    }

    /// The first step of PyTorch's Adam with coupled L2 decay.
    func adamStep() {
        let arena = model.arena
        R.adam(
            parameters: arena.values.pointer, gradients: arena.gradients.pointer,
            firstMoment: arena.firstMoment.pointer, secondMoment: arena.secondMoment.pointer,
            count: arena.count,
            stepSize: R(1e-3 / (1 - 0.9)), deviationScale: R(1 / (1 - 0.999).squareRoot()), beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8, weightDecay: 1e-5)
    }
}
