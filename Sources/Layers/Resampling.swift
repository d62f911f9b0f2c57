import Kernels

/// Average pooling or bilinear upsampling of square maps `[channels, pixels, stride]`.
public final class Resampling<R: Real>: Layer {
    /// What is done to a map.
    public enum Kind: Sendable {
        /// The mean over 3x3 pixels at every second pixel, zeros around the map counted in.
        case averagePool
        /// The mean over those of 3x3 pixels that are in the map, from every second pixel of it on.
        case averagePoolInside
        /// Twice the side, bilinear.
        case bilinearUpsampling
    }

    /// `[channels * pixels, stride]`.
    public let output: Activation<R>
    /// Side of the output map.
    public let outputSide: Int
    private let input: Activation<R>
    private let channels: Int
    private let mixture: PixelMixture
    private let weights: Storage<R>
    private let transposed: PixelMixture
    private let transposedWeights: Storage<R>

    /// - Parameters:
    ///   - inputSide: side of the square input map; its channels follow from the input's rows.
    ///   - gradientOverOutput: whether the output's gradient may take the place of its values.
    public init(
        _ kind: Kind, inputSide: Int, input: Activation<R>, gradientOverOutput: Bool, pass: Pass<R>,
        training: Bool
    ) {
        switch kind {
        case .averagePool: mixture = .averagePool(side: inputSide)
        case .averagePoolInside: mixture = .averagePoolInside(side: inputSide)
        case .bilinearUpsampling: mixture = .bilinearUpsampling(side: inputSide)
        }
        transposed = mixture.transposed
        weights = Storage(rounding: mixture.weights)
        transposedWeights = Storage(rounding: transposed.weights)
        channels = input.rows / mixture.inputPixels
        precondition(channels * mixture.inputPixels == input.rows, "the input is not square")
        outputSide = kind.outputSide(inputSide)
        self.input = input
        output = Activation(
            rows: channels * mixture.outputPixels, pass: pass,
            gradient: !training ? .none : gradientOverOutput ? .overValues : .separate)
    }

    /// It has no products.
    public func flops(training: Bool) -> Int { 0 }

    public func forward(_ pass: Pass<R>) {
        R.mixPixels(
            mixture, weights: weights.pointer, channels: channels, input: input.value, output: output.value,
            stride: pass.batch.stride)
    }

    public func backward(_ pass: Pass<R>) {
        R.mixPixels(
            transposed, weights: transposedWeights.pointer, channels: channels, input: output.gradient,
            output: input.gradient, stride: pass.batch.stride)
    }

    public func clearGradients() {}
}

extension Resampling.Kind {
    /// The side of the output for an input of side `side`.
    public func outputSide(_ side: Int) -> Int {
        switch self {
        case .averagePool, .averagePoolInside: (side - 1) / 2 + 1
        case .bilinearUpsampling: 2 * side
        }
    }
}

extension Storage {
    /// Values rounded to the scalar.
    fileprivate convenience init(rounding values: [Double]) {
        self.init(count: values.count)
        for (index, value) in values.enumerated() { pointer[index] = R(value) }
    }
}
