import Foundation
import Kernels
import Layers
import Networks
import Testing
import Topology

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

        try checkEvaluation(model, tolerance)
        try checkSubtree(ReferenceSubtree(at: 1, of: model), tolerance)
    }

    /// With the running statistics that the two training passes left.
    private func checkEvaluation<R: Real>(_ model: ReferenceModel<R>, _ tolerance: Double) throws {
        let terms = try model.evaluate()
        #expect(isClose(terms.reconstruction, 549.35128, tolerance))
        #expect(isClose(terms.klRoot, 0.34124535, tolerance))
        // Of nearly equal numbers, so that its last digits are rounding in single precision.
        #expect(isClose(terms.klDecisions, 0.00079998599, 10 * tolerance))
        #expect(isClose(terms.klNodes, 0.87785444, tolerance))
        let left = model.model.topDown.leafReach(1)
        for (column, expected) in [0.53977175, 0.53981448, 0.53990958, 0.53986124].enumerated() {
            #expect(isClose(Double(left[column]), expected, tolerance))
        }
    }

    /// Two new leaves in training below the tree in evaluation, the reconstruction weighted as in the PyTorch form.
    private func checkSubtree<R: Real>(_ small: ReferenceSubtree<R>, _ tolerance: Double) throws {
        let terms = try small.step(alpha: 0.3)
        #expect(isClose(terms.reconstruction, 337.9192, tolerance))
        #expect(isClose(terms.klDecisions, 0.028540479, tolerance))
        #expect(isClose(terms.klNodes, 0.57526992, tolerance))
        #expect(isClose(terms.loss(alpha: 0.3), 338.10035, tolerance))
        let (reach, left) = (small.subtree.reach, small.subtree.topDown.leafReach(3))
        for (column, expected) in [0.34157209, 0.20198042, 0.21250246, 0.27703091].enumerated() {
            #expect(isClose(Double(reach[column] * left[column]), expected, tolerance))
        }
        let gradients = small.subtree.arena.gradients
        let squares = (0..<gradients.count).reduce(0.0) {
            $0 + Double(gradients.pointer[$1]) * Double(gradients.pointer[$1])
        }
        #expect(isClose(squares, 6402.2035, tolerance))
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
        fill(tensorsInReferenceOrder, of: model.arena, from: 0)
    }

    /// The order in which the figures number tensors: per dense head mu W, b, sigma W, b.
    var tensorsInReferenceOrder: [Tensor] {
        let byName = Dictionary(uniqueKeysWithValues: model.arena.parameters.map { ($0.name, $0) })
        var names = (1...3).flatMap { ReferenceNames.convolution("encoder/layer_\($0)") }
        names += (1...5).flatMap { ReferenceNames.dense("bottom_up/layer_\($0)") }
        names += ReferenceNames.head("node_000/dense") + ReferenceNames.routers("node_000")
        names += ["node_001", "node_002"].flatMap(ReferenceNames.child)
        return names.map { byName[$0]! }
    }

    /// Writes the images.
    private func load() -> BatchShape {
        let batch = BatchShape(columns: 4, globalColumns: 4)
        for n in 0..<4 {
            for i in 0..<784 {
                model.images[i * batch.stride + n] = R(
                    0.5 + 0.5 * sin(0.05 * Double(i * (n + 1)) + 0.3 * Double(n)))
            }
        }
        return batch
    }

    func step(alpha: Double) throws -> LossTerms {
        let batch = load()
        writeNoise(of: 0..<3, to: model.topDown, batch)
        return try samples.withUnsafeBufferPointer {
            try model.step(batch, noise: nil, samples: $0.baseAddress!, alpha: alpha)
        }
    }

    /// With running statistics; the model then holds what it computed.
    func evaluate() throws -> LossTerms {
        let batch = load()
        try model.assign(batch)
        writeNoise(of: 0..<3, to: model.topDown, batch)
        try model.topDown.sample(model.pass)
        try model.topDown.reconstruct(model.trunk.images, model.pass)
        return try model.topDown.objective(model.pass)
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

/// The subtree behind the recorded figures, below a ``ReferenceModel`` in evaluation.
final class ReferenceSubtree<R: Real> {
    let subtree: Subtree<R>
    private let batch = BatchShape(columns: 4, globalColumns: 4)
    private let samples: [Int32] = [0, 1, 2, 3]

    init(at leaf: Int, of reference: ReferenceModel<R>) throws {
        let model = reference.model
        subtree = Subtree(
            architecture: model.architecture, growing: model.tree, at: leaf, weightsReconstruction: true,
            columns: 4)
        let byName = Dictionary(uniqueKeysWithValues: subtree.arena.parameters.map { ($0.name, $0) })
        let names =
            ReferenceNames.routers("node_001") + ["node_003", "node_004"].flatMap(ReferenceNames.child)
        fill(names.map { byName[$0]! }, of: subtree.arena, from: 88)

        _ = try reference.evaluate()
        let depth = model.tree.nodes[leaf].depth
        func copy(_ source: UnsafePointer<R>, rows: Int, to target: UnsafeMutablePointer<R>) {
            target.update(from: source, count: rows * batch.stride)
        }
        copy(model.images, rows: 784, to: subtree.images.value)
        copy(model.trunk.levels[depth].value, rows: 128, to: subtree.upperLevel.value)
        copy(model.trunk.levels[depth + 1].value, rows: 128, to: subtree.lowerLevel.value)
        copy(model.topDown.latent(leaf), rows: 8, to: subtree.latent)
        copy(model.topDown.leafReach(leaf), rows: 1, to: subtree.reach)
    }

    func step(alpha: Double) throws -> LossTerms {
        subtree.pass.batch = batch
        subtree.pass.mode = .training
        writeNoise(of: 3..<5, to: subtree.topDown, batch)
        return try samples.withUnsafeBufferPointer {
            try subtree.topDown.step(
                subtree.images, subtree.pass, noise: nil, samples: $0.baseAddress!, alpha: alpha,
                contrastive: nil, observer: nil)
        }
    }
}

/// Names of tensors in the order of the figures: per dense head mu W, b, sigma W, b.
private enum ReferenceNames {
    static func norm(_ name: String) -> [String] { ["\(name)/batch_norm/scale", "\(name)/batch_norm/shift"] }
    static func convolution(_ name: String) -> [String] { ["\(name)/convolution/weight"] + norm(name) }
    static func dense(_ name: String) -> [String] { ["\(name)/linear/weight"] + norm(name) }
    static func affine(_ name: String) -> [String] { ["\(name)/weight", "\(name)/bias"] }
    static func head(_ name: String) -> [String] { affine("\(name)/mu") + affine("\(name)/sigma") }

    static func routers(_ node: String) -> [String] {
        ["generative_router", "inference_router"].flatMap { router in
            dense("\(node)/\(router)/dense_1") + dense("\(node)/\(router)/dense_2")
                + affine("\(node)/\(router)/logit")
        }
    }

    /// A leaf below another node.
    static func child(_ node: String) -> [String] {
        dense("\(node)/transformation") + head("\(node)/transformation") + head("\(node)/dense")
            + dense("\(node)/decoder/layer_1") + convolution("\(node)/decoder/layer_2")
            + convolution("\(node)/decoder/layer_3") + affine("\(node)/decoder/layer_4/convolution")
    }
}

/// Fills tensors by the figures' formula, the first of them number `first`.
private func fill<R: Real>(_ tensors: [Tensor], of arena: Arena<R>, from first: Int) {
    for (t, tensor) in tensors.enumerated() {
        let values = arena.value(tensor)
        for k in 0..<tensor.count {
            let wave = sin(0.9 * Double(first + t) + 0.31 * Double(k) + 0.5)
            switch tensor.role {
            case .weight(let fanIn, _): values[k] = R(wave / Double(fanIn).squareRoot())
            case .scale: values[k] = R(1 + 0.1 * wave)
            default: values[k] = R(0.05 * wave)
            }
        }
    }
}

/// Writes the noise of some nodes by the figures' formula.
private func writeNoise<R: Real>(of nodes: Range<Int>, to topDown: TopDown<R>, _ batch: BatchShape) {
    for node in nodes {
        for n in 0..<batch.columns {
            for j in 0..<8 {
                topDown.noise(node)[j * batch.stride + n] = R(
                    cos(1.3 * Double(node) + 0.7 * Double(n) + 0.4 * Double(j)))
            }
        }
    }
}
