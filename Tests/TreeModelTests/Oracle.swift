import Foundation
import Layers
import Networks
import Topology

@testable import TreeModel

/// A TreeVAE in plain loops, straight from the formulas of the model: one sample is one array, nothing is
/// stacked, fused or padded. Reads parameters by name. Where paths are sparse a node's networks get the samples that
/// reach it, and those alone.
struct Oracle {
    let architecture: Architecture
    let tree: Tree
    /// Every parameter and running statistic by name.
    let tensors: [String: (shape: [Int], values: [Double])]
    /// Whether batch-norms use the batch's statistics or the running ones.
    let usesBatchStatistics: Bool

    private let epsilon = 1e-7

    init(_ model: TreeVAE<Double>, usesBatchStatistics: Bool) {
        architecture = model.architecture
        tree = model.tree
        self.usesBatchStatistics = usesBatchStatistics
        let arena = model.arena
        var tensors: [String: (shape: [Int], values: [Double])] = [:]
        for tensor in arena.parameters {
            tensors[tensor.name] = (tensor.shape, (0..<tensor.count).map { arena.value(tensor)[$0] })
        }
        for tensor in arena.statistics {
            tensors[tensor.name] = (tensor.shape, (0..<tensor.count).map { arena.statistic(tensor)[$0] })
        }
        self.tensors = tensors
    }

    /// What a pass gives: per sample unless said otherwise.
    struct Result {
        var terms = LossTerms()
        var negativeELBO: [Double]
        /// By node.
        var reach: [Int: [Double]] = [:]
        /// By node, `[sample][dimension]`.
        var latent: [Int: [[Double]]] = [:]
        /// By node, how many samples reach it.
        var kept: [Int: Int] = [:]
    }

    // MARK: Layers on a batch of samples, [sample][feature]

    func values(_ name: String) -> [Double] { tensors[name]!.values }

    func linear(_ name: String, _ x: [[Double]]) -> [[Double]] {
        let (shape, weight) = tensors["\(name)/weight"]!
        let bias = tensors["\(name)/bias"]?.values ?? Array(repeating: 0, count: shape[0])
        return x.map { x in
            (0..<shape[0]).map { (o: Int) -> Double in
                var sum = bias[o]
                for i in 0..<shape[1] { sum += weight[o * shape[1] + i] * x[i] }
                return sum
            }
        }
    }

    /// Batch-norm over samples and pixels of a channel, then leaky ReLU.
    func norm(_ name: String, _ x: [[Double]]) -> [[Double]] {
        let (scale, shift) = (values("\(name)/scale"), values("\(name)/shift"))
        guard !x.isEmpty else { return [] }
        let pixels = x[0].count / scale.count
        var y = x
        for channel in scale.indices {
            let features = channel * pixels..<(channel + 1) * pixels
            var mean = values("\(name)/running_mean")[channel]
            var variance = values("\(name)/running_variance")[channel]
            if usesBatchStatistics, architecture.pathThreshold == 0 || isForAll(name) {
                let all = x.flatMap { $0[features] }
                mean = all.reduce(0, +) / Double(all.count)
                variance = all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count)
            }
            for sample in x.indices {
                for k in features {
                    let normal =
                        (x[sample][k] - mean) / (variance + architecture.batchNorm.epsilon).squareRoot()
                    let value = scale[channel] * normal + shift[channel]
                    y[sample][k] = value > 0 ? value : architecture.batchNorm.slope * value
                }
            }
        }
        return y
    }

    /// Whether every sample passes through a layer, wherever paths are sparse.
    private func isForAll(_ name: String) -> Bool {
        !name.hasPrefix("node_") || name.hasPrefix(nodeName(0))
    }

    func dense(_ name: String, _ x: [[Double]]) -> [[Double]] {
        norm("\(name)/batch_norm", linear("\(name)/linear", x))
    }

    func side(_ x: [[Double]], channels: Int) -> Int {
        Int(Double(x[0].count / channels).squareRoot().rounded())
    }

    /// `[out, in, k, k]`: every output value is a sum over its window.
    func convolution(_ name: String, _ x: [[Double]], stride: Int, padding: Int, farPadding: Int = 0)
        -> [[Double]]
    {
        let (shape, weight) = tensors["\(name)/weight"]!
        let (outputs, inputs, kernel) = (shape[0], shape[1], shape[2])
        guard !x.isEmpty else { return [] }
        let from = side(x, channels: inputs)
        let to = (from + 2 * padding + farPadding - kernel) / stride + 1
        let bias = tensors["\(name)/bias"]?.values ?? Array(repeating: 0, count: outputs)
        return x.map { x in
            var y = (0..<outputs * to * to).map { bias[$0 / (to * to)] }
            for o in 0..<outputs {
                for r in 0..<to {
                    for c in 0..<to {
                        for i in 0..<inputs {
                            for u in 0..<kernel {
                                for v in 0..<kernel {
                                    let (row, column) = (stride * r + u - padding, stride * c + v - padding)
                                    guard (0..<from).contains(row), (0..<from).contains(column) else {
                                        continue
                                    }
                                    y[(o * to + r) * to + c] +=
                                        weight[((o * inputs + i) * kernel + u) * kernel + v]
                                        * x[(i * from + row) * from + column]
                                }
                            }
                        }
                    }
                }
            }
            return y
        }
    }

    /// `[in, out, k, k]`: every input value is spread over the output.
    func transposed(_ name: String, _ x: [[Double]], stride: Int, padding: Int, outputPadding: Int)
        -> [[Double]]
    {
        let (shape, weight) = tensors["\(name)/weight"]!
        let (inputs, outputs, kernel) = (shape[0], shape[1], shape[2])
        guard !x.isEmpty else { return [] }
        let from = side(x, channels: inputs)
        let to = (from - 1) * stride - 2 * padding + kernel + outputPadding
        let bias = tensors["\(name)/bias"]?.values ?? Array(repeating: 0, count: outputs)
        return x.map { x in
            var y = (0..<outputs * to * to).map { bias[$0 / (to * to)] }
            for i in 0..<inputs {
                for r in 0..<from {
                    for c in 0..<from {
                        for o in 0..<outputs {
                            for u in 0..<kernel {
                                for v in 0..<kernel {
                                    let (row, column) = (stride * r + u - padding, stride * c + v - padding)
                                    guard (0..<to).contains(row), (0..<to).contains(column) else { continue }
                                    y[(o * to + row) * to + column] +=
                                        weight[((i * outputs + o) * kernel + u) * kernel + v]
                                        * x[(i * from + r) * from + c]
                                }
                            }
                        }
                    }
                }
            }
            return y
        }
    }

    // MARK: The model

    func softplus(_ x: Double) -> Double { x > 30 ? x : log(1 + exp(x)) }
    func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

    private func gaussian(_ name: String, _ x: [[Double]]) -> (mean: [[Double]], variance: [[Double]]) {
        (linear("\(name)/mu", x), linear("\(name)/sigma", x).map { $0.map(softplus) })
    }

    /// P(left).
    func router(_ name: String, _ x: [[Double]]) -> [Double] {
        linear("\(name)/logit", dense("\(name)/dense_2", dense("\(name)/dense_1", x))).map { sigmoid($0[0]) }
    }

    /// d by depth.
    func bottomUp(_ images: [[Double]]) -> [[[Double]]] {
        var levels = [encoder(images)]
        for layer in 1..<architecture.layers.count {
            levels.append(dense("bottom_up/layer_\(layer)", levels[layer - 1]))
        }
        return levels.reversed()
    }

    /// - Parameter noise: `[node][sample that reaches it][dimension]`.
    func run(images: [[Double]], noise: [Int: [[Double]]]) -> Result {
        let samples = images.indices
        let count = Double(images.count)
        let levels = bottomUp(images)
        var result = Result(negativeELBO: Array(repeating: 0, count: images.count))
        result.reach[0] = Array(repeating: 1, count: images.count)
        var kept = [0: Array(samples)]
        for id in tree.breadthFirst {
            let node = tree.nodes[id]
            let name = nodeName(id)
            let reach = result.reach[id]!
            let mine = kept[id]!
            func selected<Value>(_ values: [Value]) -> [Value] { mine.map { values[$0] } }
            let d = selected(levels[node.depth])

            // Posterior, sample and Gaussian KL.
            let (mean, variance) = gaussian("\(name)/dense", d)
            let prior = node.parent.map { parent in
                gaussian(
                    "\(name)/transformation",
                    dense("\(name)/transformation", selected(result.latent[parent]!)))
            }
            var z = mean
            for (row, n) in mine.enumerated() {
                var divergence = 0.0
                for k in mean[row].indices {
                    var (m, v) = (mean[row][k], variance[row][k] + epsilon)
                    var (priorMean, priorVariance) = (0.0, 1 + epsilon)
                    if let prior {
                        (priorMean, priorVariance) = (prior.mean[row][k], prior.variance[row][k] + epsilon)
                        let combined = 1 / (1 / v + 1 / priorVariance)
                        m = combined * (m / v + priorMean / priorVariance)
                        v = combined + epsilon
                    }
                    z[row][k] = m + v.squareRoot() * noise[id]![row][k]
                    divergence +=
                        0.5
                        * (v / priorVariance + (m - priorMean) * (m - priorMean) / priorVariance - 1
                            - log(v / priorVariance))
                }
                let weighted = min(max(reach[n] * divergence, -1), 1000)
                if node.parent == nil {
                    result.terms.klRoot += weighted / count
                } else {
                    result.terms.klNodes += weighted / count
                }
                result.negativeELBO[n] += weighted
            }
            let size = architecture.latentSize(depth: node.depth)
            result.latent[id] = Array(repeating: Array(repeating: 0, count: size), count: images.count)
            for (row, n) in mine.enumerated() { result.latent[id]![n] = z[row] }

            for child in node.children {
                result.reach[child] = node.isSplit ? Array(repeating: 0, count: images.count) : reach
                kept[child] = node.isSplit ? [] : mine
            }
            if let left = node.left, let right = node.right {
                let posterior = router("\(name)/inference_router", d)
                let p = router("\(name)/generative_router", z)
                for (row, n) in mine.enumerated() {
                    var q = posterior[row]
                    // The less probable child is skipped where it is hardly reached.
                    if reach[n] * min(q, 1 - q) < architecture.pathThreshold { q = q < 0.5 ? 0 : 1 }
                    result.reach[left]![n] = reach[n] * q
                    result.reach[right]![n] = reach[n] * (1 - q)
                    if q > 0 { kept[left]!.append(n) }
                    if q < 1 { kept[right]!.append(n) }
                    let divergence =
                        reach[n]
                        * (q * log(epsilon + q / (p[row] + epsilon))
                            + (1 - q) * log(epsilon + (1 - q) / (1 - p[row] + epsilon)))
                    result.terms.klDecisions += divergence / count
                    result.negativeELBO[n] += divergence
                }
            }
            if node.children.isEmpty {
                let (inputs, features) = (architecture.inputs, architecture.features)
                let covariates = mine.map { Array(images[$0][features..<inputs]) }
                let outputs = decoder("\(name)/decoder", zip(z, covariates).map { $0 + $1 })
                for (row, n) in mine.enumerated() {
                    let loss = loss(
                        "\(name)/decoder", outputs[row], target: Array(images[n].prefix(features)))
                    result.terms.reconstruction += reach[n] * loss / count
                    result.negativeELBO[n] += reach[n] * loss
                }
            }
        }
        for (id, mine) in kept { result.kept[id] = mine.count }
        return result
    }
}
