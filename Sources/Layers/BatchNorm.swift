import Kernels

/// Batch normalisation over the *global* batch, fused with the leaky ReLU that follows it.
///
/// `y = leaky(γ (x - mean) / sqrt(variance + ε) + β)`, per channel over pixels and samples of all ranks.
/// A training pass is in two halves around an exchange of moments, forward and backward alike; in
/// evaluation the running statistics stand in and there is nothing to exchange.
///
/// In a partial pass (``Pass/isPartial``) the running statistics stand in while training, too, and do not change:
/// statistics over only the samples that reach a node differ from those that its parameters were trained with, and
/// over few samples they are noise.
public final class BatchNorm<R: Real> {
    /// What every batch-norm of a model has in common.
    public struct Settings: Sendable {
        /// Share of the old running value that is kept (Keras's convention; PyTorch's 0.1 is 0.9 here).
        public var momentum: Double
        /// Added to the variance.
        public var epsilon: Double
        /// Slope of the leaky ReLU for negative values.
        public var slope: Double

        /// Settings of a model's batch-norms.
        public init(momentum: Double, epsilon: Double, slope: Double) {
            self.momentum = momentum
            self.epsilon = epsilon
            self.slope = slope
        }
    }

    /// Who reads the output, and for how long it is wanted.
    public enum OutputUse {
        /// Several layers, or other networks.
        case kept
        /// The next layer of the network alone. The output is not kept, but computed again for the backward pass
        /// (unless it is still there), which takes less time than fetching it from memory; and its gradient shares a
        /// buffer with those of the network's other transient outputs.
        case transient(gradients: SharedBuffer<R>)
    }

    /// `[channels * pixels, stride]`.
    public let output: Activation<R>
    private let input: Activation<R>
    private let arena: Arena<R>
    private let settings: Settings
    private let outputIsTransient: Bool
    private let channels: Int
    private let pixels: Int
    private let scale: Tensor
    private let shift: Tensor
    private let runningMean: Tensor
    private let runningVariance: Tensor
    private let mean: Storage<R>
    private let inverseDeviation: Storage<R>
    private let meanGradient: Storage<R>
    private let meanGradientProduct: Storage<R>
    /// Gradient moments that nobody else wants.
    private let ownMoments: Storage<Double>
    private var slot = 0

    /// - Parameters:
    ///   - name: path below which the tensors stand.
    ///   - channels: rows of the input over `pixels`.
    ///   - outputUse: who reads the output.
    public init(
        _ name: String, channels: Int, input: Activation<R>, settings: Settings,
        outputUse: OutputUse = .kept,
        arena: Arena<R>, pass: Pass<R>
    ) {
        precondition(input.rows % channels == 0, "\(name): \(input.rows) rows are not \(channels) channels")
        self.input = input
        self.arena = arena
        self.settings = settings
        self.channels = channels
        pixels = input.rows / channels
        scale = arena.parameter("\(name)/scale", shape: [channels], role: .scale)
        shift = arena.parameter("\(name)/shift", shape: [channels], role: .shift)
        runningMean = arena.statistic("\(name)/running_mean", count: channels, role: .runningMean)
        runningVariance = arena.statistic("\(name)/running_variance", count: channels, role: .runningVariance)
        mean = Storage(count: channels)
        inverseDeviation = Storage(count: channels)
        meanGradient = Storage(count: channels)
        meanGradientProduct = Storage(count: channels)
        ownMoments = Storage(count: pass.isPartial ? 2 * channels : 0)
        let gradient: Activation<R>.Gradient
        switch outputUse {
        case .kept:
            outputIsTransient = false
            gradient = .separate
        case .transient(let gradients):
            outputIsTransient = true
            gradient = .shared(gradients)
        }
        output = Activation(
            rows: input.rows, isTransient: outputIsTransient, pass: pass,
            gradient: input.hasGradient ? gradient : .none)
    }

    /// First half of a forward pass: this rank's moments into the exchange.
    func sendMoments(_ pass: Pass<R>) {
        guard pass.takesBatchStatistics else { return }
        slot = pass.exchange.reserve(2 * channels)
        R.batchMoments(
            input.value, origin: arena.statistic(runningMean), channels: channels, pixels: pixels,
            columns: pass.batch.columns, sliceColumns: pass.batch.sliceColumns, stride: pass.batch.stride,
            into: pass.exchange.sent(slot))
    }

    /// Second half of a forward pass: normalises with the moments of all ranks.
    func normalise(_ pass: Pass<R>) {
        if pass.takesBatchStatistics { takeBatchStatistics(pass) } else { takeRunningStatistics() }
        writeOutput(pass)
    }

    /// Brings the output back for the backward pass of the layer that reads it.
    func restoreOutput(_ pass: Pass<R>) {
        if outputIsTransient && !output.holdsBuffer { writeOutput(pass) }
    }

    private func writeOutput(_ pass: Pass<R>) {
        output.claimBuffer()
        R.normalise(
            input.value, channels: channels, pixels: pixels, stride: pass.batch.stride, mean: mean.pointer,
            inverseDeviation: inverseDeviation.pointer, scale: arena.value(scale), shift: arena.value(shift),
            slope: R(settings.slope), into: output.value)
    }

    /// First half of a backward pass: this rank's gradient moments into the exchange, and into γ and β.
    func sendGradientMoments(_ pass: Pass<R>) {
        let moments: UnsafeMutablePointer<Double>
        if pass.takesBatchStatistics {
            slot = pass.exchange.reserve(2 * channels)
            moments = pass.exchange.sent(slot)
        } else {
            moments = ownMoments.pointer
        }
        R.normaliseGradientMoments(
            input.value, dy: output.gradient, channels: channels, pixels: pixels,
            sliceColumns: pass.batch.sliceColumns, stride: pass.batch.stride,
            mean: mean.pointer, inverseDeviation: inverseDeviation.pointer, scale: arena.value(scale),
            shift: arena.value(shift), slope: R(settings.slope), into: moments,
            scaleGradient: arena.gradient(scale), shiftGradient: arena.gradient(shift))
    }

    /// Second half of a backward pass: turns the output's gradient into the input's, which may lie over its values.
    func propagateGradient(_ pass: Pass<R>) {
        // Means that are given do not depend on the input: no gradient goes through them.
        let share = pass.takesBatchStatistics ? 1 / Double(pass.batch.globalColumns * pixels) : 0
        let moments =
            pass.takesBatchStatistics ? pass.exchange.received(slot) : UnsafePointer(ownMoments.pointer)
        R.splitMoments(
            moments, factor: share, channels: channels, first: meanGradient.pointer,
            second: meanGradientProduct.pointer)
        R.normaliseGradient(
            input.value, dy: output.gradient, channels: channels, pixels: pixels, columns: pass.batch.columns,
            stride: pass.batch.stride, mean: mean.pointer, inverseDeviation: inverseDeviation.pointer,
            scale: arena.value(scale), shift: arena.value(shift), slope: R(settings.slope),
            meanH: meanGradient.pointer, meanHX: meanGradientProduct.pointer, into: input.gradient)
    }

    /// Sets the gradients of γ and β to zero, which is what a backward pass over no samples would find.
    func clearGradients() {
        arena.gradient(scale).clear(count: channels)
        arena.gradient(shift).clear(count: channels)
    }

    private func takeBatchStatistics(_ pass: Pass<R>) {
        R.batchStatistics(
            moments: pass.exchange.received(slot), count: Double(pass.batch.globalColumns * pixels),
            channels: channels,
            momentum: settings.momentum, epsilon: settings.epsilon, mean: mean.pointer,
            inverseDeviation: inverseDeviation.pointer, runningMean: arena.statistic(runningMean),
            runningVariance: arena.statistic(runningVariance))
    }

    private func takeRunningStatistics() {
        R.runningStatistics(
            runningMean: arena.statistic(runningMean), runningVariance: arena.statistic(runningVariance),
            channels: channels, epsilon: settings.epsilon, mean: mean.pointer,
            inverseDeviation: inverseDeviation.pointer)
    }
}
