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
            samplesTop && pathThreshold == 0, "only a whole model without a path threshold generates")
        let stride = pass.batch.stride
        let deviation = R(temperature)
        let root = nodes[0]
        let rootDeviation = deviation * (1 + Self.epsilon).squareRoot()
        for index in 0..<root.latentSize * stride {
            root.z.value[index] = rootDeviation * root.noise.pointer[index]
        }
        for below in transformations.indices {
            try transformations[below].forward(pass)
            for node in nodes where node.node.depth == root.node.depth + below + 1 {
                drawFromPrior(node, deviation: deviation, stride: stride)
            }
        }
        try generativeRouters.forward(pass)
        root.reach.pointer.update(repeating: 1, count: stride)
        for node in nodes { passOnPriorReach(of: node, stride: stride) }
    }

    /// `z = mu + T sqrt(v + ε) noise` with `v = softplus(raw)`.
    private func drawFromPrior(_ node: NodeNetworks<R>, deviation: R, stride: Int) {
        guard let prior = node.transformation?.output.value else { return }
        let count = node.latentSize * stride
        for index in 0..<count {
            let raw = Double(prior[count + index])
            let variance = max(raw, 0) + log1p(exp(-abs(raw)))
            node.z.value[index] =
                prior[index] + deviation * (R(variance) + Self.epsilon).squareRoot()
                * node.noise.pointer[index]
        }
    }

    private func passOnPriorReach(of node: NodeNetworks<R>, stride: Int) {
        if let router = node.generativeRouter {
            R.branchProbabilities(
                logit: router.output.value, left: node.left.pointer, right: node.right.pointer, count: stride)
        }
        for id in node.children {
            let child = networks(id).reach.pointer
            if node.node.isSplit {
                let branch = id == node.node.left ? node.left : node.right
                R.multiply(node.reach.pointer, branch.pointer, into: child, count: stride)
            } else {
                child.update(from: node.reach.pointer, count: stride)
            }
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
        var places = [Int](repeating: nodes[0].node.id, count: columns)
        for node in nodes {
            if node.node.isSplit {
                R.normals(
                    key: key.seed, samples: samples, columns: columns, node: UInt32(node.node.id),
                    epoch: key.epoch, stream: key.stream.rawValue, dimensions: 1, stride: stride,
                    into: normals.pointer)
            }
            for column in 0..<columns where places[column] == node.node.id {
                if let left = node.node.left, let right = node.node.right {
                    // The distribution function of the standard normal makes it uniform.
                    let uniform = 0.5 * erfc(-Double(normals.pointer[column]) / 2.0.squareRoot())
                    places[column] = uniform < Double(node.left.pointer[column]) ? left : right
                } else if let child = node.node.children.first {
                    places[column] = child
                }
            }
        }
        return places
    }

    /// What a leaf's decoder makes of the latents: the mean of the likelihood; of counts their shares of the sample's
    /// total, which no decoder knows. Follows ``generate(_:temperature:)`` or ``sample(_:)``, in evaluation.
    ///
    /// - Parameter out: `[columns, features]`, one row a sample.
    public func copyMeans(of leaf: Int, columns: Int, into out: UnsafeMutablePointer<R>) throws {
        let decoded = try decode(leaf)
        let likelihood = networks(leaf).likelihood
        // Where variances are learned, they are the rows behind the means.
        let features = decoded.rows / likelihood.outputsPerValue
        R.transpose(
            decoded.value, rows: features, columns: columns, stride: paddedStride(columns), into: out)
        switch likelihood {
        case .gaussian, .learnedGaussian: break
        case .bernoulli:
            for index in 0..<features * columns { out[index] = R(1 / (1 + exp(-Double(out[index])))) }
        case .negativeBinomial:
            for column in 0..<columns {
                let row = UnsafeMutableBufferPointer(start: out + column * features, count: features)
                let largest = Double(row.max() ?? 0)
                let total = row.reduce(0) { $0 + exp(Double($1) - largest) }
                for feature in row.indices { row[feature] = R(exp(Double(row[feature]) - largest) / total) }
            }
        }
    }

    /// Sets the noise behind every z to zero, in place of ``drawNoise(_:samples:)``: each z then is the mean of its
    /// distribution given the parent's.
    public func silenceNoise() {
        for node in nodes { node.noise.zero() }
    }
}
