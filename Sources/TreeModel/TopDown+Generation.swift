import Foundation
import Kernels
import Layers

// The generative side (paper 2.1): the root's prior, transformations, generative routers, decoders. Nothing here
// reads a sample. Samples may not skip nodes, since no posterior says which: the model has no path threshold.
extension TopDown {
    /// Draws z of every node from the prior, parent before child, and runs the generative routers on it.
    /// Afterwards ``leafReach(_:)`` is the prior's probability of a node given the z above it.
    ///
    /// Follows ``drawNoise(_:samples:)``. Needs the running statistics: the pass is one of evaluation.
    ///
    /// - Parameter temperature: what the standard deviations of all z are multiplied by; decisions keep their
    ///   probabilities.
    public func generate(_ pass: Pass<R>, temperature: Double) throws {
        precondition(
            samplesTop && sparsePaths == nil, "only a whole model without a path threshold generates")
        top.posterior?.drawFromPrior(temperature: R(temperature))  // p(z) of the root, 2.1
        for (nodes, transformations) in descent {
            try transformations.forward(pass)
            for node in nodes { node.posterior?.drawFromPrior(temperature: R(temperature)) }  // p(z | parent's z)
        }
        try generativeRouters.forward(pass)
        top.reach.local.value.update(repeating: 1, count: pass.batch.stride)
        for node in nodes {
            if let decision = node.decision { decision.decide(by: decision.generativeRouter) }  // p(c | z)
            node.reachChildren()
        }
    }

    /// Walks each sample of ``generate(_:temperature:)`` from the root to a leaf, a decision at each split drawn
    /// with the probability that the generative router gives it.
    ///
    /// - Parameters:
    ///   - key: decisions depend on nothing but it, the sample and the node.
    ///   - samples: the identity of each column, `[columns]`.
    /// - Returns: the leaf of each column.
    public func walk(_ pass: Pass<R>, key: NoiseKey, samples: UnsafePointer<Int32>) -> [Int] {
        let (columns, stride) = (pass.batch.columns, pass.batch.stride)
        let normals = Storage<R>(count: stride)
        var places = [Int](repeating: top.id, count: columns)
        for node in nodes {
            guard let decision = node.decision else {
                if let onlyChild = node.children.first {
                    for column in 0..<columns where places[column] == node.id {
                        places[column] = onlyChild.id
                    }
                }
                continue
            }
            R.normals(
                key: key.seed, samples: samples, columns: columns, node: UInt32(node.id),
                epoch: key.epoch, stream: key.stream.rawValue, dimensions: 1, stride: stride,
                into: normals.pointer)
            for column in 0..<columns where places[column] == node.id {
                // The distribution function of the standard normal makes it uniform.
                let uniform = 0.5 * erfc(-Double(normals.pointer[column]) / 2.0.squareRoot())
                let goesLeft = uniform < Double(decision.left.value[column])
                places[column] = node.children[goesLeft ? 0 : 1].id
            }
        }
        return places
    }

    /// What a leaf's decoder makes of its z, with running statistics: logits or means `[features, stride]`; with a learned
    /// variance the raw variances follow. Follows ``sample(_:)`` or ``generate(_:temperature:)``, and holds until another
    /// leaf is decoded.
    public func decode(_ id: Int) throws -> Activation<R> {
        try decoded(id).decoder.output
    }

    /// What a leaf's decoder makes of its z: the mean of the likelihood; of counts their shares of the sample's
    /// total, which no decoder knows. Follows ``generate(_:temperature:)`` or ``sample(_:)``, in evaluation.
    ///
    /// - Parameter out: `[columns, features]`, one row a sample.
    public func copyMeans(of id: Int, columns: Int, into out: UnsafeMutablePointer<R>) throws {
        try decoded(id).copyMeans(columns: columns, into: out)
    }

    /// A leaf whose decoder has run.
    private func decoded(_ id: Int) throws -> Leaf<R> {
        let node = node(id)
        precondition(node.pass.mode == .evaluation, "a single leaf is decoded with running statistics")
        guard let leaf = node.leaf else { preconditionFailure("node \(id) is no leaf") }
        gatherCovariates([node])
        try Lockstep([leaf.decoder]).forward(node.pass)
        return leaf
    }

    /// Sets the noise behind every z to zero, in place of ``drawNoise(_:samples:)``: each z then is the mean of its
    /// distribution given the parent's.
    public func silenceNoise() {
        for node in nodes { node.posterior?.noise.zero() }
    }
}
