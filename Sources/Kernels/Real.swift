/// A floating-point type that the kernel layer is built for: `Float` to train, `Double` to check.
///
/// Each requirement is one kernel. Arrays are batch innermost: a matrix is `[rows, stride]`, a feature map
/// `[channels, pixels, stride]`, where `stride` is the number of samples on this rank rounded up to
/// ``columnAlignment`` and the first `columns` of them hold samples. Two rules keep the padding harmless:
///
/// - padding of an *activation* is finite but meaningless, so whatever sums activations over the batch
///   takes `columns` and looks at nothing else;
/// - padding of a *gradient* is zero, so products and sums over the batch may run over the full stride.
///
/// Kernels allocate nothing. Shapes are checked where layers are wired, not here.
public protocol Real: BinaryFloatingPoint, Sendable, LosslessStringConvertible {

    // MARK: Matrix products of OpenBLAS, the measure of speed

    /// `c[m, n] = alpha * op(a)[m, k] · op(b)[k, n] + beta * c`, row-major with leading dimensions.
    static func multiplyMatrices(
        transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Self,
        a: UnsafePointer<Self>, leadingA: Int, b: UnsafePointer<Self>, leadingB: Int,
        beta: Self, c: UnsafeMutablePointer<Self>, leadingC: Int)

    // MARK: Matrix products with the batch innermost

    /// `out[o, column] = bias[o] + Σ i of weights[o * outputStep + i * inputStep] * x[i, column]`; if `adds`, added
    /// to what `out` holds, and then without a bias.
    ///
    /// A column's result does not depend on the columns beside it.
    static func multiplyColumns(
        weights: UnsafePointer<Self>, outputStep: Int, inputStep: Int, bias: UnsafePointer<Self>?,
        x: UnsafePointer<Self>, inputs: Int, outputs: Int, stride: Int, adds: Bool,
        into out: UnsafeMutablePointer<Self>)
    /// `out[o, i] = Σ over the full stride of dy[o, column] * x[i, column]` (padding of a gradient is zero), summed by
    /// strands: slice `i` of the batch belongs to strand `i % 4`, and the sums of the strands are added pairwise.
    ///
    /// `scratch` holds `paddedStride(inputs) * stride` values.
    static func multiplyBatches(
        dy: UnsafePointer<Self>, x: UnsafePointer<Self>, inputs: Int, outputs: Int, sliceColumns: Int,
        stride: Int,
        scratch: UnsafeMutablePointer<Self>, into out: UnsafeMutablePointer<Self>)

    // MARK: Vectors

    /// `y[i] += x[i]`.
    static func add(_ x: UnsafePointer<Self>, to y: UnsafeMutablePointer<Self>, count: Int)
    /// `out[i] = a[i] * b[i]`.
    static func multiply(
        _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>, count: Int)
    /// `out[i] += a[i] * b[i]`.
    static func multiplyAdd(
        _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>, count: Int)
    /// `x[i] *= factor`.
    static func scale(_ x: UnsafeMutablePointer<Self>, by factor: Self, count: Int)
    /// The sum of `x`, accumulated in double precision.
    static func sum(_ x: UnsafePointer<Self>, count: Int) -> Double
    /// `dot(a, b)`, accumulated in double precision.
    static func dot(_ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, count: Int) -> Double
    /// `out[channel] = Σ over pixels and the full stride of gradient` (padding of a gradient is zero), each strand
    /// in double precision.
    static func rowSums(
        _ gradient: UnsafePointer<Self>, channels: Int, pixels: Int, sliceColumns: Int, stride: Int,
        into out: UnsafeMutablePointer<Self>)

    // MARK: Batches

    /// `out[feature, column] = source[indices[column], feature] * scale` for `column < columns`, 0 beyond.
    ///
    /// Transposes rows as stored, `[samples, features]`, into a batch-innermost matrix `[features, stride]`.
    static func gather(
        bytes source: UnsafePointer<UInt8>, features: Int, indices: UnsafePointer<Int32>, columns: Int,
        stride: Int, scale: Self, into out: UnsafeMutablePointer<Self>)
    /// As ``gather(bytes:features:indices:columns:stride:scale:into:)``, from 32-bit floats.
    static func gather(
        floats source: UnsafePointer<Float>, features: Int, indices: UnsafePointer<Int32>, columns: Int,
        stride: Int, scale: Self, into out: UnsafeMutablePointer<Self>)

    /// As ``gather(bytes:features:indices:columns:stride:scale:into:)``, from numbers of this type.
    static func gather(
        values source: UnsafePointer<Self>, features: Int, indices: UnsafePointer<Int32>, columns: Int,
        stride: Int, scale: Self, into out: UnsafeMutablePointer<Self>)
    /// The way back: `out[column, row] = x[row, column]` for `column < columns`, from `[rows, stride]` to
    /// `[columns, rows]`.
    static func transpose(
        _ x: UnsafePointer<Self>, rows: Int, columns: Int, stride: Int, into out: UnsafeMutablePointer<Self>)

    // MARK: Columns

    /// `out[row, column] = x[row, places[column]]` for `column < columns`, 0 beyond: some samples of `x`
    /// `[rows, stride]` as a matrix of their own, `[rows, outStride]`.
    static func gatherColumns(
        _ x: UnsafePointer<Self>, rows: Int, stride: Int, places: UnsafePointer<Int32>, columns: Int,
        outStride: Int, into out: UnsafeMutablePointer<Self>)
    /// The way back: `out[row, places[column]] += x[row, column]` for `column < columns`, from `[rows, stride]`
    /// to `[rows, outStride]`. Places are distinct.
    static func addColumns(
        _ x: UnsafePointer<Self>, rows: Int, stride: Int, places: UnsafePointer<Int32>, columns: Int,
        outStride: Int, to out: UnsafeMutablePointer<Self>)

    // MARK: Batch normalisation, fused with leaky ReLU

    /// Local moments of each channel about an origin, over pixels and the first `columns`:
    /// `moments[2c] = Σ (x - origin[c])`, `moments[2c + 1] = Σ (x - origin[c])²`, by strands, in double precision but for
    /// the sums of a few hundred values. Sums of several ranks add up. Near an origin at the mean, no digits of the
    /// variance are lost to it.
    static func batchMoments(
        _ x: UnsafePointer<Self>, origin: UnsafePointer<Self>, channels: Int, pixels: Int, columns: Int,
        sliceColumns: Int, stride: Int, into moments: UnsafeMutablePointer<Double>)
    /// `y = leaky(a * x + b)` with `a = scale * inverseDeviation` and `b = shift - mean * a`, each per channel;
    /// `leaky(t) = t` for `t > 0`, else `slope * t`.
    static func normalise(
        _ x: UnsafePointer<Self>, channels: Int, pixels: Int, stride: Int,
        mean: UnsafePointer<Self>, inverseDeviation: UnsafePointer<Self>,
        scale: UnsafePointer<Self>, shift: UnsafePointer<Self>, slope: Self,
        into y: UnsafeMutablePointer<Self>)
    /// With `h` the gradient before the leaky ReLU (`dy` where its argument is positive, `slope * dy` elsewhere) and
    /// `x̂` the normalised input: `moments[2c] = Σ h` and `moments[2c + 1] = Σ h * x̂`, over pixels and the full
    /// stride, by strands. The same sums in this type are the gradients of shift and scale.
    static func normaliseGradientMoments(
        _ x: UnsafePointer<Self>, dy: UnsafePointer<Self>, channels: Int, pixels: Int, sliceColumns: Int,
        stride: Int,
        mean: UnsafePointer<Self>, inverseDeviation: UnsafePointer<Self>,
        scale: UnsafePointer<Self>, shift: UnsafePointer<Self>, slope: Self,
        into moments: UnsafeMutablePointer<Double>, scaleGradient: UnsafeMutablePointer<Self>,
        shiftGradient: UnsafeMutablePointer<Self>)
    /// `dx = scale * inverseDeviation * (h - meanH - x̂ * meanHX)`, with `h`, `x̂` as above and the
    /// two means (global moments over the global count) given per channel. Padding is set to zero.
    /// `dx` may be `dy`.
    static func normaliseGradient(
        _ x: UnsafePointer<Self>, dy: UnsafePointer<Self>,
        channels: Int, pixels: Int, columns: Int, stride: Int,
        mean: UnsafePointer<Self>, inverseDeviation: UnsafePointer<Self>,
        scale: UnsafePointer<Self>, shift: UnsafePointer<Self>, slope: Self,
        meanH: UnsafePointer<Self>, meanHX: UnsafePointer<Self>,
        into dx: UnsafeMutablePointer<Self>)

    /// From global moments about the running means, over `count` values, to what ``normalise(_:channels:pixels:stride:mean:inverseDeviation:scale:shift:slope:into:)``
    /// takes, `1 / sqrt(variance + epsilon)` with the biased variance; and into the running statistics, of
    /// which the share `momentum` is kept, with the unbiased one.
    static func batchStatistics(
        moments: UnsafePointer<Double>, count: Double, channels: Int, momentum: Double, epsilon: Double,
        mean: UnsafeMutablePointer<Self>, inverseDeviation: UnsafeMutablePointer<Self>,
        runningMean: UnsafeMutablePointer<Self>, runningVariance: UnsafeMutablePointer<Self>)
    /// The same from running statistics.
    static func runningStatistics(
        runningMean: UnsafePointer<Self>, runningVariance: UnsafePointer<Self>, channels: Int,
        epsilon: Double,
        mean: UnsafeMutablePointer<Self>, inverseDeviation: UnsafeMutablePointer<Self>)
    /// `first[c] = moments[2c] * factor`, `second[c] = moments[2c + 1] * factor`.
    static func splitMoments(
        _ moments: UnsafePointer<Double>, factor: Double, channels: Int,
        first: UnsafeMutablePointer<Self>, second: UnsafeMutablePointer<Self>)

    // MARK: Convolution over a tap table

    /// From `[a, b, positions]` to `[positions, b, a]` (or `[positions, a, b]` if `swapped`), the layout in
    /// which ``convolve(_:weights:bias:inputChannels:outputChannels:input:output:stride:)`` reads weights:
    /// `[positions, input channels, output channels]`.
    static func packWeights(
        _ weights: UnsafePointer<Self>, a: Int, b: Int, positions: Int, swapped: Bool,
        into packed: UnsafeMutablePointer<Self>)
    /// `output[o, pixel] = bias[o] + Σ over taps of pixel, Σ i of weights[tap.position, i, o] * input[i, tap.input]`.
    ///
    /// Convolution forward, its data gradient, and the same two of a transposed convolution are all this.
    static func convolve(
        _ taps: TapTable, weights: UnsafePointer<Self>, bias: UnsafePointer<Self>?,
        inputChannels: Int, outputChannels: Int,
        input: UnsafePointer<Self>, output: UnsafeMutablePointer<Self>, stride: Int)
    /// The gradient of the weights, in their layout: `[inputs, outputs, positions]` if `inputsFirst` (a transposed
    /// convolution), else `[outputs, inputs, positions]`. Each value is
    /// `Σ over pairs of its position, Σ over the full stride of input[i, pair.input] * outputGradient[o, pair.output]`,
    /// by strands.
    ///
    /// `scratch` holds ``TapTable/weightGradientScratch(inputChannels:outputChannels:)`` values.
    static func convolutionWeightGradient(
        _ taps: TapTable, inputChannels: Int, outputChannels: Int, inputsFirst: Bool,
        input: UnsafePointer<Self>, outputGradient: UnsafePointer<Self>, sliceColumns: Int, stride: Int,
        scratch: UnsafeMutablePointer<Self>, into gradient: UnsafeMutablePointer<Self>)

    // MARK: Convolution of many channels

    /// The small map of a convolution from its large one, by ``MinimalFiltering``: a plain convolution forward, and the
    /// data gradient of a transposed one. A column's result does not depend on the columns beside it.
    ///
    /// Weights are `[small channels, large channels, kernel, kernel]`, as they are stored for both kinds; `scratch` holds
    /// ``MinimalFiltering/scratch`` values.
    static func filterToSmall(
        _ filtering: MinimalFiltering, weights: UnsafePointer<Self>, bias: UnsafePointer<Self>?,
        large: UnsafePointer<Self>, small: UnsafeMutablePointer<Self>, stride: Int,
        scratch: UnsafeMutablePointer<Self>)
    /// The large map from the small one: a transposed convolution forward, and the data gradient of a plain one.
    static func filterToLarge(
        _ filtering: MinimalFiltering, weights: UnsafePointer<Self>, bias: UnsafePointer<Self>?,
        small: UnsafePointer<Self>, large: UnsafeMutablePointer<Self>, stride: Int,
        scratch: UnsafeMutablePointer<Self>)
    /// The gradient of the weights, in their layout, from one map's values and the other's gradient: sums over the full
    /// stride (padding of a gradient is zero), by strands.
    static func filteringWeightGradient(
        _ filtering: MinimalFiltering, large: UnsafePointer<Self>, small: UnsafePointer<Self>,
        sliceColumns: Int, stride: Int, scratch: UnsafeMutablePointer<Self>,
        into gradient: UnsafeMutablePointer<Self>)

    // MARK: Resampling and residual sums

    /// `output[channel, pixel] = Σ over terms of pixel of weights[term] * input[channel, term.input]`: pooling,
    /// upsampling, and their gradients.
    ///
    /// - Parameter weights: those of the mixture, in this type.
    static func mixPixels(
        _ mixture: PixelMixture, weights: UnsafePointer<Self>, channels: Int, input: UnsafePointer<Self>,
        output: UnsafeMutablePointer<Self>, stride: Int)
    /// `out[i] = x[i] + factor * y[i]`; `out` may be `x` or `y`.
    static func addScaled(
        _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>, factor: Self,
        into out: UnsafeMutablePointer<Self>, count: Int)
    /// `out[i] = factor * x[i]`.
    static func scaled(
        _ x: UnsafePointer<Self>, factor: Self, into out: UnsafeMutablePointer<Self>, count: Int)

    // MARK: Gaussian latents (paper eqs. 4, 9; model facts: "sigma" heads are variances)

    /// Root posterior: `v = softplus(raw)`, `z = mu + sqrt(v + ε) * noise`, prior `N(0, 1 + ε)`.
    ///
    /// Arrays are `[dimensions, stride]`; `divergence[column]` is the Gaussian KL summed over dimensions.
    static func sampleRoot(
        mu: UnsafePointer<Self>, raw: UnsafePointer<Self>, noise: UnsafePointer<Self>,
        dimensions: Int, stride: Int, epsilon: Self,
        z: UnsafeMutablePointer<Self>, divergence: UnsafeMutablePointer<Self>)
    /// Gradients of ``sampleRoot(mu:raw:noise:dimensions:stride:epsilon:z:divergence:)``, overwritten.
    static func sampleRootGradient(
        mu: UnsafePointer<Self>, raw: UnsafePointer<Self>, noise: UnsafePointer<Self>,
        dimensions: Int, stride: Int, epsilon: Self,
        dz: UnsafePointer<Self>, dDivergence: UnsafePointer<Self>,
        dMu: UnsafeMutablePointer<Self>, dRaw: UnsafeMutablePointer<Self>)
    /// Precision-weighted posterior (paper eq. 9), with `v̂ = softplus(raw)` and `vₚ = softplus(priorRaw)`:
    /// `v = 1 / (1/(v̂+ε) + 1/(vₚ+ε))`, `m = v * (mu/(v̂+ε) + priorMu/(vₚ+ε))`, `z = m + sqrt(v+ε) * noise`,
    /// `divergence = ½ Σ [(v+ε)/(vₚ+ε) + (m-priorMu)²/(vₚ+ε) - 1 - ln((v+ε)/(vₚ+ε))]`.
    static func samplePosterior(
        mu: UnsafePointer<Self>, raw: UnsafePointer<Self>,
        priorMu: UnsafePointer<Self>, priorRaw: UnsafePointer<Self>, noise: UnsafePointer<Self>,
        dimensions: Int, stride: Int, epsilon: Self,
        z: UnsafeMutablePointer<Self>, divergence: UnsafeMutablePointer<Self>)
    /// Gradients of ``samplePosterior(mu:raw:priorMu:priorRaw:noise:dimensions:stride:epsilon:z:divergence:)``,
    /// overwritten.
    static func samplePosteriorGradient(
        mu: UnsafePointer<Self>, raw: UnsafePointer<Self>,
        priorMu: UnsafePointer<Self>, priorRaw: UnsafePointer<Self>, noise: UnsafePointer<Self>,
        dimensions: Int, stride: Int, epsilon: Self,
        dz: UnsafePointer<Self>, dDivergence: UnsafePointer<Self>,
        dMu: UnsafeMutablePointer<Self>, dRaw: UnsafeMutablePointer<Self>,
        dPriorMu: UnsafeMutablePointer<Self>, dPriorRaw: UnsafeMutablePointer<Self>)

    /// `ln p(z) - ln q(z)` of what ``sampleRoot(mu:raw:noise:dimensions:stride:epsilon:z:divergence:)`` drew, summed over
    /// dimensions: with its variance `s` and that of the prior `b`, `½ Σ [ln(s / b) + noise² - z² / b]`.
    static func rootLogRatio(
        raw: UnsafePointer<Self>, noise: UnsafePointer<Self>, z: UnsafePointer<Self>, dimensions: Int,
        stride: Int, epsilon: Self, into ratio: UnsafeMutablePointer<Self>)
    /// The same of what ``samplePosterior(mu:raw:priorMu:priorRaw:noise:dimensions:stride:epsilon:z:divergence:)`` drew:
    /// `½ Σ [ln(s / b) + noise² - (z - priorMu)² / b]`.
    static func logRatio(
        raw: UnsafePointer<Self>, priorMu: UnsafePointer<Self>, priorRaw: UnsafePointer<Self>,
        noise: UnsafePointer<Self>, z: UnsafePointer<Self>, dimensions: Int, stride: Int, epsilon: Self,
        into ratio: UnsafeMutablePointer<Self>)

    // MARK: Routers

    /// `left = σ(logit)`, `right = σ(-logit)`, each stable for any logit.
    static func branchProbabilities(
        logit: UnsafePointer<Self>, left: UnsafeMutablePointer<Self>, right: UnsafeMutablePointer<Self>,
        count: Int)
    /// `divergence = q·ln(ε + q/(p+ε)) + (1-q)·ln(ε + (1-q)/(1-p+ε))` with `q = σ(posteriorLogit)`,
    /// `p = σ(priorLogit)`; complements are computed as `σ(-logit)`.
    static func decisionDivergence(
        posteriorLogit: UnsafePointer<Self>, priorLogit: UnsafePointer<Self>, epsilon: Self,
        divergence: UnsafeMutablePointer<Self>, count: Int)
    /// `dPosterior = dDivergence * ∂divergence/∂q + dLeft - dRight` all times `q(1-q)`, and
    /// `dPrior = dDivergence * ∂divergence/∂priorLogit`; both overwritten.
    ///
    /// `dLeft` and `dRight` are gradients with respect to the two branch probabilities of the posterior router.
    static func decisionGradient(
        posteriorLogit: UnsafePointer<Self>, priorLogit: UnsafePointer<Self>, epsilon: Self,
        dDivergence: UnsafePointer<Self>, dLeft: UnsafePointer<Self>, dRight: UnsafePointer<Self>,
        dPosteriorLogit: UnsafeMutablePointer<Self>, dPriorLogit: UnsafeMutablePointer<Self>, count: Int)
    /// `out = min(max(probability * divergence, lower), upper)`; `active = 1` inside the bounds and on them, 0
    /// outside. A NaN stays a NaN and is active.
    static func clampedProduct(
        probability: UnsafePointer<Self>, divergence: UnsafePointer<Self>, lower: Self, upper: Self,
        into out: UnsafeMutablePointer<Self>, active: UnsafeMutablePointer<Self>, count: Int)

    // MARK: Contrastive loss (NT-Xent)

    /// `inverseNorm[column] = 1 / sqrt(max(Σ over rows of x[row, column]², least))` and
    /// `unit[row, column] = x[row, column] * inverseNorm[column]`.
    static func unitColumns(
        _ x: UnsafePointer<Self>, rows: Int, stride: Int, least: Self, into unit: UnsafeMutablePointer<Self>,
        inverseNorm: UnsafeMutablePointer<Self>)
    /// From the gradient of `unit` to that of `x`, in place: `(g - unit * Σ over rows of unit * g) * inverseNorm`, and
    /// `g * inverseNorm` where `least` was the larger.
    ///
    /// `scratch` holds `stride` values.
    static func unitColumnsGradient(
        unit: UnsafePointer<Self>, inverseNorm: UnsafePointer<Self>, rows: Int, stride: Int, least: Self,
        scratch: UnsafeMutablePointer<Self>, gradient: UnsafeMutablePointer<Self>)
    /// `out[row, first + column] = x[row, column]` for `column < columns`, 0 elsewhere: this rank's columns at their
    /// places in the global batch, `[rows, outStride]`. The sum over the ranks is the batch of all, exactly.
    static func placeColumns(
        _ x: UnsafePointer<Self>, rows: Int, stride: Int, columns: Int, first: Int, outStride: Int,
        into out: UnsafeMutablePointer<Double>)
    /// `out[i] = x[i]`, rounded to this type.
    static func narrow(
        _ x: UnsafePointer<Double>, into out: UnsafeMutablePointer<Self>, count: Int)
    /// `out[column] = ln Σ over k ≠ first + column of exp(scale * similarity[k, column])`, with `k < views`.
    ///
    /// Sets the similarities `[views, stride]` of views with themselves to -∞. `scratch` holds `stride` values.
    static func logDenominators(
        _ similarity: UnsafeMutablePointer<Self>, views: Int, stride: Int, columns: Int, first: Int,
        scale: Self,
        scratch: UnsafeMutablePointer<Self>, into out: UnsafeMutablePointer<Self>)
    /// NT-Xent of this rank's columns, `Σ share[i] * (logDenominator[i] - scale * similarity[partner of i, i])`, where `i`
    /// counts the views of the global batch and the partner of `i` is `(i + views / 2) % views`; follows
    /// ``logDenominators(_:views:stride:columns:first:scale:scratch:into:)``.
    ///
    /// In place of the similarities come `factor` times the gradients of `scale` times them, which sum up what each counts
    /// in the losses of both views of all ranks: with `P(k | i) = exp(scale * similarity[k, i] - logDenominator[i])`,
    /// `share[i] * P(k | i) + share[k] * P(i | k)`, less `share[i] + share[k]` for partners; 0 for a view and itself, and
    /// in the padding.
    ///
    /// - Parameter logDenominator, share: of all views of the global batch, `[views]`.
    static func contrastGradient(
        _ similarity: UnsafeMutablePointer<Self>, views: Int, stride: Int, columns: Int, first: Int,
        scale: Self,
        logDenominator: UnsafePointer<Self>, share: UnsafePointer<Self>, factor: Self
    ) -> Double

    // MARK: Likelihood

    /// Cross-entropy of grey values on logits: `loss[column] = Σ over features of max(l,0) - l·x + ln(1+exp(-|l|))`.
    /// If `gradient` is given, `gradient[feature, column] = weight[column] * (σ(l) - x)`; a zero weight gives a
    /// zero gradient. Sums are accurate to a few units in the last place of their value.
    static func bernoulliLoss(
        logits: UnsafePointer<Self>, target: UnsafePointer<Self>, features: Int, stride: Int,
        weight: UnsafePointer<Self>?, loss: UnsafeMutablePointer<Self>, gradient: UnsafeMutablePointer<Self>?)

    /// Gaussian of fixed variance: `loss[column] = ½ Σ over features of [ln(2π variance) + (x - m)² / variance]`. If
    /// `gradient` is given, `gradient[feature, column] = weight[column] * (m - x) / variance`; it may be `means`.
    static func gaussianLoss(
        means: UnsafePointer<Self>, target: UnsafePointer<Self>, features: Int, stride: Int, variance: Self,
        weight: UnsafePointer<Self>?, loss: UnsafeMutablePointer<Self>, gradient: UnsafeMutablePointer<Self>?)
    /// Gaussian of learned variance (paper eq. 2), `v = minimumVariance + softplus(raw)`:
    /// `loss[column] = ½ Σ over features of [ln(2π v) + (x - m)² / v]`, with the gradients of `means` and `raw` where
    /// they are wanted; they may be `means` and `raw`.
    static func learnedGaussianLoss(
        means: UnsafePointer<Self>, raw: UnsafePointer<Self>, target: UnsafePointer<Self>, features: Int,
        stride: Int, minimumVariance: Self, weight: UnsafePointer<Self>?, loss: UnsafeMutablePointer<Self>,
        meanGradient: UnsafeMutablePointer<Self>?, rawGradient: UnsafeMutablePointer<Self>?)
    /// Counts: with the library size `ℓ = Σ over features of x`, the mean `μ = ℓ softmax(logits)`, the dispersion
    /// `θ = exp(logDispersion)` of each feature, held within e^±20, and `p = θ / (θ + μ)`,
    /// `loss[column] = -Σ over features of [ln Γ(x + θ) - ln Γ(θ) - ln Γ(x + 1) + θ ln p + x ln(1 - p)]`.
    /// In double precision whatever the scalar. Gradients of the logits (which may be `logits`) and of the logarithms
    /// of the dispersions `[features]`, summed over the batch by strands, are both given or neither, with `scratch` of
    /// four times as many values.
    static func negativeBinomialLoss(
        logits: UnsafePointer<Self>, logDispersion: UnsafePointer<Self>, target: UnsafePointer<Self>,
        features: Int, sliceColumns: Int, stride: Int, weight: UnsafePointer<Self>?,
        loss: UnsafeMutablePointer<Self>, gradient: UnsafeMutablePointer<Self>?,
        scratch: UnsafeMutablePointer<Double>?, dispersionGradient: UnsafeMutablePointer<Self>?)
    /// `out[i] = ln(1 + x[i])` for `x >= 0`.
    static func logCounts(_ x: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>, count: Int)

    // MARK: Random numbers (Philox 4x32-10; Salmon et al. 2011)

    /// Standard normals `out[dimension, column]` that depend on nothing but the key and the sample.
    ///
    /// Counter words: `(samples[column], block of four dimensions | node << 8, epoch, stream)`; the four
    /// words of a block become four normals by Box-Muller. Padding columns get 0. At most 1024 dimensions.
    static func normals(
        key: UInt64, samples: UnsafePointer<Int32>, columns: Int, node: UInt32, epoch: UInt32, stream: UInt32,
        dimensions: Int, stride: Int, into out: UnsafeMutablePointer<Self>)
    /// `count` numbers uniform in `[low, high)`; counter words: `(index / 4, tensor, generation, stream)`.
    static func uniforms(
        key: UInt64, tensor: UInt32, generation: UInt32, stream: UInt32, low: Self, high: Self,
        into out: UnsafeMutablePointer<Self>, count: Int)

    // MARK: Optimiser

    /// One Adam step over a flat range, with coupled L2 decay:
    /// `g' = g + weightDecay * p`; `m = β₁ m + (1-β₁) g'`; `v = β₂ v + (1-β₂) g'²`;
    /// `p -= stepSize * m / (sqrt(v) * deviationScale + ε)`.
    static func adam(
        parameters: UnsafeMutablePointer<Self>, gradients: UnsafePointer<Self>,
        firstMoment: UnsafeMutablePointer<Self>, secondMoment: UnsafeMutablePointer<Self>, count: Int,
        stepSize: Self, deviationScale: Self, beta1: Self, beta2: Self, epsilon: Self, weightDecay: Self)
}

/// Columns are padded to a multiple of this many samples, so that no kernel has a tail.
public let columnAlignment = 16

/// `columns` rounded up to ``columnAlignment``; at least one block, so that an empty share is still a shape.
public func paddedStride(_ columns: Int) -> Int {
    max(columnAlignment, (columns + columnAlignment - 1) / columnAlignment * columnAlignment)
}

// Each file `Real+Topic.swift` forwards one topic to CKernels or OpenBLAS, for both types.
extension Float: Real {}
extension Double: Real {}
