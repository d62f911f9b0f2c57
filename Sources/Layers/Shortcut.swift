import Kernels

/// The way around a residual block: the block's input as it is, or its channels mixed by a 1x1 convolution without
/// bias where their number changes.
///
/// It stands beside the chain (``Network/append(beside:)``) at the block's start; ``ResidualSum`` adds the block's
/// branch at its end. On the way back the first batch-norm of the branch writes the gradient of the input, and this
/// layer adds to it.
public final class Shortcut<R: Real>: Layer {
    /// The block's output, `[outputChannels * pixels, stride]`; whole once ``ResidualSum`` has run.
    public let output: Activation<R>
    /// What ``ResidualSum`` adds the branch to: the input, or the output, where the mixed channels are.
    let base: Activation<R>
    private let input: Activation<R>
    private let arena: Arena<R>
    private let projection: Projection?

    private struct Projection {
        let weight: Tensor
        let inputChannels: Int
        let outputChannels: Int
        let taps: TapTable
    }

    /// - Parameters:
    ///   - name: path below which the convolution's tensor stands, if there is one.
    ///   - side: side of the square maps.
    ///   - gradientOverOutput: whether the output's gradient may take the place of its values.
    public init(
        _ name: String, outputChannels: Int, side: Int, input: Activation<R>, gradientOverOutput: Bool,
        arena: Arena<R>, pass: Pass<R>, training: Bool
    ) {
        let inputChannels = input.rows / (side * side)
        precondition(inputChannels * side * side == input.rows, "\(name): input is not square")
        self.input = input
        self.arena = arena
        output = Activation(
            rows: outputChannels * side * side, pass: pass,
            gradient: !training ? .none : gradientOverOutput ? .overValues : .separate)
        guard inputChannels != outputChannels else {
            base = input
            projection = nil
            return
        }
        base = output
        projection = Projection(
            weight: arena.parameter(
                "\(name)/weight", shape: [outputChannels, inputChannels, 1, 1],
                role: .weight(fanIn: inputChannels, fanOut: outputChannels)),
            inputChannels: inputChannels, outputChannels: outputChannels,
            taps: .convolution(height: side, width: side, kernel: 1, stride: 1, padding: 0))
    }

    public func flops(training: Bool) -> Int {
        guard let projection else { return 0 }
        return 2 * (training ? 3 : 1) * projection.taps.taps * projection.inputChannels
            * projection.outputChannels
    }

    // A 1x1 convolution is a matrix product whose columns are those of all pixels.

    public func forward(_ pass: Pass<R>) {
        guard let projection else { return }
        R.multiplyColumns(
            weights: arena.value(projection.weight), outputStep: projection.inputChannels, inputStep: 1,
            bias: nil, x: input.value, inputs: projection.inputChannels, outputs: projection.outputChannels,
            stride: projection.taps.inputPixels * pass.batch.stride, adds: false, into: output.value)
    }

    public func backward(_ pass: Pass<R>) {
        let stride = pass.batch.stride
        guard let projection else {
            return R.add(output.gradient, to: input.gradient, count: input.rows * stride)
        }
        R.convolutionWeightGradient(
            projection.taps, inputChannels: projection.inputChannels,
            outputChannels: projection.outputChannels, inputsFirst: false, input: input.value,
            outputGradient: output.gradient, sliceColumns: pass.batch.sliceColumns, stride: stride,
            scratch: pass.scratch(
                projection.taps.weightGradientScratch(
                    inputChannels: projection.inputChannels, outputChannels: projection.outputChannels)),
            into: arena.gradient(projection.weight))
        R.multiplyColumns(
            weights: arena.value(projection.weight), outputStep: 1, inputStep: projection.inputChannels,
            bias: nil, x: output.gradient, inputs: projection.outputChannels,
            outputs: projection.inputChannels, stride: projection.taps.inputPixels * stride, adds: true,
            into: input.gradient)
    }

    public func clearGradients() {
        guard let projection else { return }
        arena.gradient(projection.weight).clear(count: projection.weight.count)
    }
}
