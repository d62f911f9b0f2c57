import Kernels
import Layers

/// The family `cnn2`: a pre-activation ResNet.
extension NetworkBuilder {
    /// What a residual block's branch counts beside its shortcut; the reference's constant.
    private static var branchFactor: Double { 0.1 }

    /// Channels of the maps from the largest to the smallest, of 4x4: w/128, w/64, w/32, w/16, and for 64x64 pixels
    /// w/16 once more.
    private var residualChannels: [Int] {
        let width = architecture.layers[0]
        let channels = [width / 128, width / 64, width / 32, width / 16]
        return architecture.inputShape[1] == 64 ? channels + [width / 16] : channels
    }

    /// A convolution, and a residual block for each size of map with a pooling between them, down to 4x4 pixels.
    func cnn2Encoder(images: Activation<R>) -> Network<R> {
        let network = Network(input: images, pass: pass)
        let channels = residualChannels
        var side = architecture.inputShape[1]
        network.append(
            Convolution(
                "encoder/layer_1/convolution", .plain(kernel: 3, stride: 1, padding: 1),
                outputChannels: channels[0], inputSide: side, input: images, inputGradient: .none, bias: true,
                gradientOverOutput: true, arena: arena, pass: pass, training: training))
        var inputs = channels[0]
        for (index, outputs) in channels.enumerated() {
            if index > 0 {
                side = appendResampling(
                    architecture.borders == .tensorflow ? .averagePoolInside : .averagePool, side: side,
                    keeps: inputs != outputs, to: network)
            }
            appendBlock(
                "encoder/block_\(index + 1)", inputs: inputs, outputs: outputs, side: side, to: network)
            inputs = outputs
        }
        appendNorm("encoder/output", channels: inputs, to: network, outputIsTransient: false)
        precondition(
            network.output.rows == architecture.layers[0], "the encoder ends in a map of \(side)x\(side)")
        return network
    }

    /// A linear layer to maps of 4x4 pixels, and a residual block for each size of map with an upsampling between
    /// them.
    func cnn2Decoder(_ name: String, z: Activation<R>) -> Network<R> {
        let network = Network(input: z, pass: pass)
        // The smallest map has a block of its own where it is reached twice with the same number of channels.
        let channels = Array(residualChannels.reversed()) + [residualChannels[0]]
        network.append(
            Linear(
                "\(name)/layer_1/linear", rows: architecture.layers[0], input: z,
                inputGradient: z.hasGradient ? .added : .none, bias: true,
                gradientOverOutput: channels[0] == channels[1], arena: arena, pass: pass, training: training))
        var side = 4
        for index in 0..<channels.count - 1 {
            let (inputs, outputs) = (channels[index], channels[index + 1])
            if index > 0 {
                side = appendResampling(
                    .bilinearUpsampling, side: side, keeps: inputs != outputs, to: network)
            }
            appendBlock(
                "\(name)/block_\(index + 1)", inputs: inputs, outputs: outputs, side: side, to: network)
        }
        appendNorm("\(name)/output", channels: channels.last!, to: network, outputIsTransient: true)
        appendOutput(
            "\(name)/output", .transposed(kernel: 3, stride: 1, padding: 1, outputPadding: 0), side: side,
            to: network)
        return network
    }

    /// Twice `batch-norm, leaky ReLU, 3x3 convolution` around a shortcut. Its output is read once, and not again on
    /// the way back.
    private func appendBlock(_ name: String, inputs: Int, outputs: Int, side: Int, to network: Network<R>) {
        let shortcut = Shortcut(
            "\(name)/shortcut", outputChannels: outputs, side: side, input: network.output,
            gradientOverOutput: true, arena: arena, pass: pass, training: training)
        network.append(beside: shortcut)
        let hidden = min(inputs, outputs)
        for (half, channels) in [(1, (inputs, hidden)), (2, (hidden, outputs))] {
            appendNorm(
                "\(name)", norm: "batch_norm_\(half)", channels: channels.0, to: network,
                outputIsTransient: true)
            network.append(
                Convolution(
                    "\(name)/convolution_\(half)", .plain(kernel: 3, stride: 1, padding: 1),
                    outputChannels: channels.1, inputSide: side, input: network.output,
                    inputGradient: .written, bias: true, gradientOverOutput: true, arena: arena, pass: pass,
                    training: training))
        }
        network.append(ResidualSum(shortcut, branch: network.output, factor: Self.branchFactor))
    }

    /// - Parameter keeps: whether a projecting shortcut reads the output's values on the way back.
    /// - Returns: the side of the new map.
    private func appendResampling(
        _ kind: Resampling<R>.Kind, side: Int, keeps: Bool, to network: Network<R>
    ) -> Int {
        let resampling = Resampling(
            kind, inputSide: side, input: network.output, gradientOverOutput: !keeps, pass: pass,
            training: training)
        network.append(resampling)
        return resampling.outputSide
    }
}
