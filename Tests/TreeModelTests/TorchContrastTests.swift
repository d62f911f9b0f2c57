import Foundation
import Kernels
import Layers
import Testing
import TestSupport

@testable import TreeModel

/// The contrastive extension against PyTorch: projection heads, losses, and gradients by autograd.
@Suite struct TorchContrastTests {
    /// Reads levels, decisions, reach probabilities and the heads' tensors; writes the loss and its gradients.
    private static let program = """
        import json
        import torch
        import torch.nn.functional as F

        case = json.load(open("case.json"))

        def numbers(values):
            return torch.tensor(values, dtype=torch.float64)

        def nt_xent(x, weight, temperature):
            views = len(x)
            z = F.normalize(x, dim=1)
            likeness = z @ z.T / temperature
            likeness = likeness.masked_fill(torch.eye(views, dtype=torch.bool), float("-inf"))
            loss = F.cross_entropy(likeness, torch.arange(views).roll(views // 2), reduction="none")
            return (loss * weight / weight.sum()).sum()

        tensors = {n: numbers(t).requires_grad_() for n, t in case["tensors"].items()}
        levels = [numbers(level) for level in case["levels"]]
        projected = []
        for index, level in enumerate(levels):
            t = lambda name: tensors[f"projection/layer_{index}/{name}"]
            x = level @ t("hidden/linear/weight").T
            x = F.batch_norm(x, None, None, t("hidden/batch_norm/scale"), t("hidden/batch_norm/shift"),
                             training=True, eps=case["epsilon"])
            x = F.linear(F.leaky_relu(x, case["slope"]), t("output/weight"), t("output/bias"))
            projected.append(nt_xent(x, numbers([1] * len(x)), 0.5))
        heads = sum(projected) / len(projected)

        decisions = {n: numbers(q).requires_grad_() for n, q in case["decisions"].items()}
        routers = {n: nt_xent(q, numbers(case["reach"][n]), 0.8) for n, q in decisions.items()}
        root = heads + routers.pop("0")
        loss = 7 * ((root / 2 if case["published"] else root) + sum(routers.values()))
        loss.backward()
        print(json.dumps({
            "loss": loss.item(),
            "tensors": {n: t.grad.flatten().tolist() for n, t in tensors.items()},
            "decisions": {n: q.grad.flatten().tolist() for n, q in decisions.items()},
        }))
        """

    private struct Case: Encodable {
        var published: Bool
        var epsilon: Double
        var slope: Double
        var tensors: [String: Tensor] = [:]
        /// Bottom to root.
        var levels: [[[Double]]]
        var decisions: [String: [[Double]]] = [:]
        var reach: [String: [Double]] = [:]

        /// A vector or a matrix.
        enum Tensor: Encodable {
            case vector([Double])
            case matrix([[Double]])

            func encode(to encoder: any Encoder) throws {
                var container = encoder.singleValueContainer()
                switch self {
                case .vector(let values): try container.encode(values)
                case .matrix(let rows): try container.encode(rows)
                }
            }
        }
    }

    private struct Answer: Decodable {
        var loss: Double
        var tensors: [String: [Double]]
        var decisions: [String: [Double]]
    }

    @Test(
        .needs(.torch),
        arguments: [true, false])
    func lossAndGradientsAgree(published: Bool) throws {
        try check(Double.self, tolerance: 1e-10, published: published)
        try check(Float.self, tolerance: 1e-3, published: published)
    }

    private func check<R: Real>(_: R.Type, tolerance: Double, published: Bool) throws {
        let architecture = ContrastTests.architecture(published ? .published : .sum)
        let model: TreeVAE<R> = ContrastTests.model(ContrastTests.tree(.deep), architecture)
        let terms = try ContrastTests.step(model)
        let answer = try ask(model, published: published)
        #expect(abs(terms.contrastive - answer.loss) <= tolerance * answer.loss)
        let heads = model.arena.parameters.filter { $0.name.hasPrefix("projection/") }
        #expect(heads.count == answer.tensors.count && heads.count == 20)
        for tensor in heads {
            let gradient = (0..<tensor.count).map { Double(model.arena.gradient(tensor)[$0]) }
            let difference = relativeDifference(gradient, try #require(answer.tensors[tensor.name]))
            #expect(difference <= tolerance, "\(tensor.name): \(difference)")
        }
        let stride = model.pass.batch.stride
        for node in model.topDown.nodes {
            guard let decisions = node.decision?.contrastive?.probabilities else { continue }
            let gradient = (0..<model.pass.batch.columns).flatMap { n in
                [Double(decisions.gradient[n]), Double(decisions.gradient[stride + n])]
            }
            let expected = try #require(answer.decisions["\(node.id)"])
            let difference = relativeDifference(gradient, expected)
            #expect(difference <= tolerance, "node \(node.id): \(difference)")
        }
    }

    private func ask<R: Real>(_ model: TreeVAE<R>, published: Bool) throws -> Answer {
        let (views, stride) = (model.pass.batch.columns, model.pass.batch.stride)
        func columns(_ values: UnsafeMutablePointer<R>, rows: Int) -> [[Double]] {
            (0..<views).map { n in (0..<rows).map { Double(values[$0 * stride + n]) } }
        }
        let norm = model.architecture.batchNorm
        var question = Case(
            published: published, epsilon: norm.epsilon, slope: norm.slope,
            levels: model.trunk.levels.reversed().map { columns($0.value, rows: $0.rows) })
        for tensor in model.arena.parameters where tensor.name.hasPrefix("projection/") {
            let values = (0..<tensor.count).map { Double(model.arena.value(tensor)[$0]) }
            let width = tensor.shape.last!
            question.tensors[tensor.name] =
                tensor.shape.count == 1
                ? .vector(values)
                : .matrix((0..<tensor.shape[0]).map { Array(values[$0 * width..<($0 + 1) * width]) })
        }
        for node in model.topDown.nodes {
            guard let decisions = node.decision?.contrastive?.probabilities else { continue }
            question.decisions["\(node.id)"] = columns(decisions.value, rows: 2)
            question.reach["\(node.id)"] = columns(node.reach.local.value, rows: 1).flatMap { $0 }
        }
        return try withTemporaryDirectory { directory in
            let data = try JSONEncoder().encode(question)
            try data.write(to: URL(fileURLWithPath: directory + "/case.json"))
            let output = try PythonDocument.run(Self.program, in: directory)
            return try JSONDecoder().decode(Answer.self, from: Data(output.utf8))
        }
    }
}
