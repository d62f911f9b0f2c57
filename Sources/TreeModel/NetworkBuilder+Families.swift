import Kernels
import Layers

extension NetworkBuilder {
    /// The encoder of the architecture's family, from images to d of the deepest level.
    func encoder(images: Activation<R>) -> Network<R> {
        switch architecture.family {
        case .cnn1: cnn1Encoder(images: images)
        }
    }

    /// A leaf's decoder of the architecture's family, from z to logits or means `[features, stride]`.
    func decoder(_ name: String, z: Activation<R>) -> Network<R> {
        switch architecture.family {
        case .cnn1: cnn1Decoder(name, z: z)
        }
    }

    /// Three 3x3 convolutions of stride 2: 28 → 13 → 6 → 2.
    private func cnn1Encoder(images: Activation<R>) -> Network<R> {
        let network = Network(input: images, pass: pass)
        let width = architecture.layers[0]
        var side = architecture.inputShape[1]
        let channels = [width / 16, width / 8, width / 4]
        for (index, count) in channels.enumerated() {
            // The last one's output is a level.
            side = appendConvolution(
                "encoder/layer_\(index + 1)", .plain(kernel: 3, stride: 2, padding: 0), channels: count,
                side: side, to: network, outputIsPassing: index + 1 < channels.count)
        }
        precondition(
            network.output.rows == width, "the encoder ends in \(network.output.rows) values, not \(width)")
        return network
    }

    /// A dense layer to 3x3 maps and three transposed convolutions: 3 → 7 → 14 → 28.
    private func cnn1Decoder(_ name: String, z: Activation<R>) -> Network<R> {
        let network = Network(input: z, pass: pass)
        let width = architecture.layers[0]
        appendDense(
            "\(name)/layer_1", rows: width / 4 * 9, to: network, inputGradient: z.hasGradient ? .added : .none
        )
        var side = 3
        side = appendConvolution(
            "\(name)/layer_2", .transposed(kernel: 3, stride: 2, padding: 0, outputPadding: 0),
            channels: width / 8,
            side: side, to: network)
        side = appendConvolution(
            "\(name)/layer_3", .transposed(kernel: 3, stride: 2, padding: 1, outputPadding: 1),
            channels: width / 16,
            side: side, to: network)
        network.append(
            Convolution(
                "\(name)/layer_4/convolution",
                .transposed(kernel: 3, stride: 2, padding: 1, outputPadding: 1),
                outputChannels: architecture.inputShape[0], inputSide: side, input: network.output,
                inputGradient: .written, bias: true, gradientOverOutput: true, arena: arena, pass: pass,
                training: training))
        return network
    }
}
