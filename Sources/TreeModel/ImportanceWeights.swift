import Foundation
import Kernels
import Layers

/// The logarithm of each sample's importance weight under latents that were drawn,
///
///     w = Σ over leaves of p(x | z_leaf) · Π over the path of p(z | parent) / q(z | x, parent) · Π of p(decision | z),
///
/// whose mean over draws is p(x): the sum over leaves is exact, latents are sampled.
struct ImportanceWeights<R: Real> {
    /// A node, its parent's place among the nodes, and the logarithm of the factors on the path from the top, `[stride]`.
    private let paths: [(node: ModelNode<R>, parent: Int?, factors: Storage<R>)]

    /// Memory for a model's largest batch.
    init(_ topDown: TopDown<R>) {
        precondition(
            topDown.samplesTop && topDown.sparsePaths == nil,
            "importance weights are of a whole tree and all paths")
        let nodes = topDown.nodes
        paths = nodes.map { node in
            (
                node, nodes.firstIndex { $0.id == node.place.parent },
                Storage(count: node.pass.capacity)
            )
        }
    }

    /// Each leaf's part of the weights under the latents drawn last. Follows an evaluation (``TopDown/objective(_:)``) of
    /// all paths.
    ///
    /// - Parameter add: takes a leaf's identifier, a column, and the logarithm.
    func evaluate(columns: Int, _ add: (_ leaf: Int, _ column: Int, _ logarithm: Double) -> Void) {
        for (node, parent, factors) in paths {
            node.posterior?.logRatio(into: factors.pointer)
            if let parent {
                let above = paths[parent]
                R.add(above.factors.pointer, to: factors.pointer, count: node.pass.batch.stride)
                addDecision(of: above.node, to: node, factors.pointer, columns: columns)
            }
            guard let leaf = node.leaf else { continue }
            for column in 0..<columns {
                add(node.id, column, Double(factors.pointer[column] - leaf.loss.pointer[column]))
            }
        }
    }

    /// The factor of the decision that leads to a child.
    private func addDecision(
        of parent: ModelNode<R>, to child: ModelNode<R>, _ factors: UnsafeMutablePointer<R>, columns: Int
    ) {
        guard let logit = parent.decision?.generativeRouter.output.value else { return }
        let side: R = parent.place.left == child.id ? 1 : -1
        for column in 0..<columns {
            // log σ(l) = -log(1 + exp(-l))
            let argument = Double(side * logit[column])
            factors[column] += R(min(argument, 0) - log1p(exp(-abs(argument))))
        }
    }
}

/// `log(exp(a) + exp(b))`; NaN if either is.
func logOfSum(_ a: Double, _ b: Double) -> Double {
    if a == -.infinity { return b }
    if b == -.infinity { return a }
    return max(a, b) + log1p(exp(-abs(a - b)))
}
