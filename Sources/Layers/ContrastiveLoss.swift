import Kernels

/// NT-Xent (Chen et al. 2020) between the two views of every image of the *global* batch, and its gradient.
///
/// A global batch of 2M views is M images' first views and then the same images' second views: view `i` belongs with
/// view `(i + M) mod 2M`. With `u` the vectors scaled to length 1, the temperature `τ` and the shares `w` that views have
/// in the loss,
///
///     loss = Σ i of w(i) * (ln Σ k ≠ i of exp(u(i)·u(k) / τ) - u(i)·u(partner of i) / τ)
///
/// All views but itself, its partner among them, are in a view's denominator, whatever the number of ranks. So ranks
/// exchange their vectors, and then the logarithms of their denominators: these two give each rank the whole gradient of
/// its own vectors, by way of its own losses and of those of all others. Both travel with the moments of batch-norms, as
/// sums of buffers that are zero where another rank's columns are, and thus exactly; a rank computes its columns as one
/// rank would that holds them all.
public final class ContrastiveLoss<R: Real> {
    /// What each of this rank's views counts beside the others, at least 0, `[stride]`; 1 at first. No gradient goes
    /// through it. The share of a view is this over its sum over the global batch.
    public let weights: Storage<R>
    private let input: Activation<R>
    private let inverseTemperature: R
    /// This rank's vectors at length 1, `[rows of the input, stride]`, and what they were scaled by, `[stride]`.
    private let unit: Storage<R>
    private let inverseNorm: Storage<R>
    private let scratch: Storage<R>
    /// This rank's logarithms of denominators, `[stride]`.
    private let own: Storage<R>
    /// Of the global batch, whose size the first batch tells: vectors at length 1, and below them shares,
    /// `[rows of the input + 1, stride of the global batch]`; and logarithms of denominators.
    private var all = Storage<R>(count: 0)
    private var logDenominators = Storage<R>(count: 0)
    /// Of each view of the global batch with each of this rank, `[views, stride]`.
    private var similarity = Storage<R>(count: 0)
    private var slot = 0

    /// Below this a squared length counts as this: what TensorFlow's `l2_normalize` has.
    private static var leastSquare: R { 1e-12 }

    /// - Parameters:
    ///   - input: a vector for each view, `[size, stride]`, and its gradient.
    ///   - temperature: what similarities are divided by.
    public init(input: Activation<R>, temperature: Double, pass: Pass<R>) {
        self.input = input
        inverseTemperature = R(1 / temperature)
        let columns = pass.capacity
        weights = Storage(count: columns)
        weights.pointer.update(repeating: 1, count: columns)
        unit = Storage(count: input.rows * columns)
        inverseNorm = Storage(count: columns)
        scratch = Storage(count: columns)
        own = Storage(count: columns)
    }

    /// Evaluates losses that share their exchanges: writes the gradients of their inputs.
    ///
    /// - Parameters:
    ///   - parts: losses and what they count.
    ///   - pass: that of the model; the inputs are those of its present batch.
    /// - Returns: this rank's part of the sum of the losses, weighted.
    public static func evaluate(_ parts: [(loss: ContrastiveLoss, weight: Double)], _ pass: Pass<R>) throws
        -> Double
    {
        precondition(
            pass.batch.globalColumns % 2 == 0, "a batch of views in pairs has an even number of them")
        for part in parts { part.loss.sendVectors(pass) }
        try pass.exchange.reduce()
        for part in parts { part.loss.sendDenominators(pass) }
        try pass.exchange.reduce()
        // A reduction of generic elements would allocate.
        var sum = 0.0
        for part in parts { sum += part.loss.differentiate(weight: part.weight, pass) }
        return sum
    }

    /// This rank's vectors and weights into the exchange.
    private func sendVectors(_ pass: Pass<R>) {
        let batch = pass.batch
        let allStride = paddedStride(batch.globalColumns)
        R.unitColumns(
            input.value, rows: input.rows, stride: batch.stride, least: Self.leastSquare, into: unit.pointer,
            inverseNorm: inverseNorm.pointer)
        slot = pass.exchange.reserve((input.rows + 1) * allStride)
        let sent = pass.exchange.sent(slot)
        R.placeColumns(
            unit.pointer, rows: input.rows, stride: batch.stride, columns: batch.columns,
            first: batch.firstColumn, outStride: allStride, into: sent)
        R.placeColumns(
            weights.pointer, rows: 1, stride: batch.stride, columns: batch.columns, first: batch.firstColumn,
            outStride: allStride, into: sent + input.rows * allStride)
    }

    /// Compares this rank's views with all: the logarithms of their denominators into the exchange.
    private func sendDenominators(_ pass: Pass<R>) {
        let batch = pass.batch
        let views = batch.globalColumns
        let allStride = paddedStride(views)
        reserve(views: views, allStride: allStride, stride: batch.stride)
        R.narrow(
            pass.exchange.received(slot), into: all.pointer, count: (input.rows + 1) * allStride)
        let shares = all.pointer + input.rows * allStride
        let sum = R.sum(shares, count: views)
        // Where no view counts there is no loss. A NaN stays visible.
        R.scale(shares, by: sum == 0 ? 0 : R(1 / sum), count: allStride)

        R.multiplyColumns(
            weights: all.pointer, outputStep: 1, inputStep: allStride, bias: nil, x: unit.pointer,
            inputs: input.rows, outputs: views, stride: batch.stride, adds: false, into: similarity.pointer)
        R.logDenominators(
            similarity.pointer, views: views, stride: batch.stride, columns: batch.columns,
            first: batch.firstColumn, scale: inverseTemperature, scratch: scratch.pointer, into: own.pointer)
        slot = pass.exchange.reserve(allStride)
        R.placeColumns(
            own.pointer, rows: 1, stride: batch.stride, columns: batch.columns, first: batch.firstColumn,
            outStride: allStride, into: pass.exchange.sent(slot))
    }

    /// This rank's part of the loss, weighted, and the gradient of the input.
    private func differentiate(weight: Double, _ pass: Pass<R>) -> Double {
        let batch = pass.batch
        let views = batch.globalColumns
        let allStride = paddedStride(views)
        R.narrow(pass.exchange.received(slot), into: logDenominators.pointer, count: allStride)
        let loss = R.contrastGradient(
            similarity.pointer, views: views, stride: batch.stride, columns: batch.columns,
            first: batch.firstColumn, scale: inverseTemperature, logDenominator: logDenominators.pointer,
            share: all.pointer + input.rows * allStride, factor: R(weight) * inverseTemperature)
        R.multiplyColumns(
            weights: all.pointer, outputStep: allStride, inputStep: 1, bias: nil, x: similarity.pointer,
            inputs: views, outputs: input.rows, stride: batch.stride, adds: false, into: input.gradient)
        R.unitColumnsGradient(
            unit: unit.pointer, inverseNorm: inverseNorm.pointer, rows: input.rows, stride: batch.stride,
            least: Self.leastSquare, scratch: scratch.pointer, gradient: input.gradient)
        return weight * loss
    }

    /// The first batch of a size allocates for it.
    private func reserve(views: Int, allStride: Int, stride: Int) {
        func grow(_ storage: inout Storage<R>, to count: Int) {
            if storage.count < count { storage = Storage(count: count) }
        }
        grow(&all, to: (input.rows + 1) * allStride)
        grow(&logDenominators, to: allStride)
        grow(&similarity, to: views * stride)
    }
}
