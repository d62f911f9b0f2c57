import Foundation
import Kernels
import Layers
import Networks
import Topology

/// The likelihood of a sample under a leaf: its decoder, and the loss of what the decoder makes of z.
///
/// Per-sample values are `[stride]`, those of the samples that reach the leaf.
final class Leaf<R: Real> {
    /// z to what the likelihood takes: logits, means, or means and raw variances of the sample.
    let decoder: Network<R>
    private let likelihood: Likelihood
    /// Where columns differ or values may be missing; nil otherwise.
    private let columns: MixedColumns?
    /// What the decoder reads beside z; nil without.
    let covariates: NodeInput<R>?
    /// Of counts; nil for every other likelihood.
    private let dispersions: Dispersion<R>?
    private var dispersion: Dispersion<R> {
        guard let dispersions else { preconditionFailure("a leaf has dispersions where values are counts") }
        return dispersions
    }
    /// `-ln p(x | z)`.
    let loss: Storage<R>
    /// What the loss counts in the objective.
    private let weight: Storage<R>
    private let pass: Pass<R>

    /// - Parameters:
    ///   - z: the leaf's latent.
    ///   - covariates: what the decoder reads beside it, of the leaf's samples; nil without.
    ///   - pool: where the decoder's activations lie.
    ///   - builder: that of the leaf's pass.
    init(
        of node: Tree.Node, z: Activation<R>, covariates: NodeInput<R>?, pool: BufferPool<R>,
        builder: NetworkBuilder<R>
    ) {
        let name = "\(nodeName(node.id))/decoder"
        pass = builder.pass
        decoder = pass.sharing(pool) { builder.decoder(name, z: z, covariates: covariates?.local) }
        self.covariates = covariates
        likelihood = builder.architecture.likelihood
        columns = MixedColumns(builder.architecture)
        dispersions =
            likelihood.isOfCounts
            ? Dispersion(
                name, features: builder.architecture.features, arena: builder.arena,
                training: builder.training) : nil
        loss = Storage(count: pass.capacity)
        weight = Storage(count: pass.capacity)
    }

    // MARK: The loss and its gradients

    /// The loss `-ln p(x | z)` of each sample (paper eq. 2), and in training the gradients of what the decoder ends in and
    /// of the dispersions, each sample weighted with P(l; c) and what it counts (eq. 15). Follows ``decoder``.
    ///
    /// - Parameters:
    ///   - targets: the samples that reach the leaf, `[features, stride]`.
    ///   - features: values of a sample.
    ///   - reach: P(l; c), the probability of reaching the leaf.
    ///   - weights: what each sample counts.
    func evaluate(
        _ targets: UnsafePointer<R>, features: Int, reach: Activation<R>, weights: UnsafePointer<R>
    ) {
        let stride = pass.batch.stride
        R.multiply(reach.value, weights, into: weight.pointer, count: stride)
        let weight = UnsafePointer(weight.pointer)
        let loss = loss.pointer
        let output = decoder.output
        let gradient = pass.mode == .training ? output.gradient : nil
        if let columns {
            return R.mixedLoss(
                output: output.value, target: targets, binary: columns.binary, features: features,
                stride: stride, variance: R(columns.variance), weight: weight, loss: loss, gradient: gradient)
        }
        switch likelihood {
        case .mixed: preconditionFailure("mixed columns are known to a leaf")
        case .bernoulli:
            R.bernoulliLoss(
                logits: output.value, target: targets, features: features, stride: stride, weight: weight,
                loss: loss, gradient: gradient)
        case .gaussian(let variance):
            R.gaussianLoss(
                means: output.value, target: targets, features: features, stride: stride,
                variance: R(variance), weight: weight, loss: loss, gradient: gradient)
        case .learnedGaussian(let minimumVariance):
            // The decoder's rows are all means, then all raw variances.
            R.learnedGaussianLoss(
                means: output.value, raw: output.value + features * stride, target: targets,
                features: features, stride: stride, minimumVariance: R(minimumVariance), weight: weight,
                loss: loss, meanGradient: gradient, rawGradient: gradient.map { $0 + features * stride })
        case .negativeBinomial:
            R.negativeBinomialLoss(
                logits: output.value, logDispersion: dispersion.logarithms, target: targets,
                features: features, sliceColumns: pass.batch.sliceColumns, stride: stride, weight: weight,
                loss: loss, gradient: gradient, scratch: dispersion.scratch.pointer,
                dispersionGradient: gradient == nil ? nil : dispersion.gradient)
        case .zeroInflatedNegativeBinomial:
            // The decoder's rows are all logits of means, then all logits of zeros.
            R.inflatedNegativeBinomialLoss(
                logits: output.value, zeroLogits: output.value + features * stride,
                logDispersion: dispersion.logarithms, target: targets, features: features,
                sliceColumns: pass.batch.sliceColumns, stride: stride, weight: weight, loss: loss,
                gradient: gradient, zeroGradient: gradient.map { $0 + features * stride },
                scratch: dispersion.scratch.pointer,
                dispersionGradient: gradient == nil ? nil : dispersion.gradient)
        }
    }

    /// Sets the gradients of the dispersions to what they are where no sample reaches the leaf.
    func clearGradients() {
        dispersions?.clearGradients()
    }

    // MARK: Its part of the objective

    /// The leaf's part of the reconstruction loss (paper eq. 15): `P(l; c)` times the loss, summed over the samples.
    var weightedLoss: Double { R.dot(loss.pointer, weight.pointer, count: pass.batch.stride) }

    /// Backward of ``weightedLoss`` beside the decoder's: an addition to the gradient of the reach probability.
    ///
    /// - Parameter weights: what each sample counts.
    func weightedLossGradient(reach: Activation<R>, weights: UnsafePointer<R>) {
        R.multiplyAdd(loss.pointer, weights, into: reach.gradient, count: pass.batch.stride)
    }

    // MARK: The mean

    /// The mean of the likelihood given what the decoder made of z last; of counts their shares of the sample's total,
    /// which no decoder knows.
    ///
    /// - Parameter out: `[columns, features]`, one row a sample.
    func copyMeans(columns: Int, into out: UnsafeMutablePointer<R>) {
        // Where variances are learned, they are the rows behind the means.
        let features = decoder.output.rows / likelihood.outputsPerValue
        let stride = paddedStride(columns)
        R.transpose(decoder.output.value, rows: features, columns: columns, stride: stride, into: out)
        switch likelihood {
        case .gaussian, .learnedGaussian: break
        case .bernoulli:
            for index in 0..<features * columns { out[index] = R(1 / (1 + exp(-Double(out[index])))) }
        case .mixed(_, let binary):
            for column in 0..<columns {
                for feature in binary {
                    let place = column * features + feature
                    out[place] = R(1 / (1 + exp(-Double(out[place]))))
                }
            }
        case .negativeBinomial, .zeroInflatedNegativeBinomial:
            for column in 0..<columns {
                let row = UnsafeMutableBufferPointer(start: out + column * features, count: features)
                let largest = Double(row.max() ?? 0)
                let total = row.reduce(0) { $0 + exp(Double($1) - largest) }
                for feature in row.indices { row[feature] = R(exp(Double(row[feature]) - largest) / total) }
                guard likelihood == .zeroInflatedNegativeBinomial else { continue }
                for feature in row.indices {
                    let zero = Double(decoder.output.value[(features + feature) * stride + column])
                    row[feature] *= R(1 / (1 + exp(zero)))
                }
            }
        }
    }
}
