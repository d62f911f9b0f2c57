import Kernels
import Layers

extension NetworkBuilder {
    /// The encoder of the architecture's family, from images to d of the deepest level.
    package func encoder(images: Activation<R>) -> Network<R> {
        switch architecture.family {
        case .cnn1: cnn1Encoder(images: images)
        case .cnnOmni: cnnOmniEncoder(images: images)
        case .mlp: mlpEncoder(samples: images)
        case .cnn2: cnn2Encoder(images: images)
        }
    }

    /// A leaf's decoder of the architecture's family, from z to what the likelihood takes, `[features, stride]` or twice
    /// as many rows.
    ///
    /// - Parameter covariates: what the dense family reads beside z, if there is such.
    package func decoder(_ name: String, z: Activation<R>, covariates: Activation<R>?) -> Network<R> {
        switch architecture.family {
        case .cnn1: cnn1Decoder(name, z: z)
        case .cnnOmni: cnnOmniDecoder(name, z: z)
        case .mlp: mlpDecoder(name, z: z, covariates: covariates)
        case .cnn2: cnn2Decoder(name, z: z)
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
                side: side, to: network, outputIsTransient: index + 1 < channels.count)
        }
        precondition(
            network.output.rows == width, "the encoder ends in \(network.output.rows) values, not \(width)")
        return network
    }

    /// A dense layer to 3x3 maps and three transposed convolutions: 3 → 7 → 14 → 28.
    private func cnn1Decoder(_ name: String, z: Activation<R>) -> Network<R> {
        let network = Network(input: z, pass: pass)
        let width = architecture.layers[0]
        appendFirst("\(name)/layer_1", rows: width / 4 * 9, to: network)
        var side = 3
        side = appendConvolution(
            "\(name)/layer_2", .transposed(kernel: 3, stride: 2, padding: 0, outputPadding: 0),
            channels: width / 8,
            side: side, to: network)
        side = appendConvolution(
            "\(name)/layer_3", .transposed(kernel: 3, stride: 2, padding: 1, outputPadding: 1),
            channels: width / 16,
            side: side, to: network)
        appendOutput(
            "\(name)/layer_4", .transposed(kernel: 3, stride: 2, padding: 1, outputPadding: 1), side: side,
            to: network)
        return network
    }

    /// Five convolutions of 4x4 and one of 5x5: 28 → 27 → 13 → 12 → 6 → 5 → 1, with TensorFlow's borders 28 → 28 → 13 → 13
    /// → 5 → 5 → 1.
    private func cnnOmniEncoder(images: Activation<R>) -> Network<R> {
        let network = Network(input: images, pass: pass)
        let width = architecture.layers[0]
        let strided: Convolution<R>.Geometry =
            switch architecture.borders {
            case .pytorch: .plain(kernel: 4, stride: 2, padding: 1)
            case .tensorflow: .plain(kernel: 4, stride: 2, padding: 0)
            }
        let layers: [(channels: Int, geometry: Convolution<R>.Geometry)] = [
            (width / 4, evenKernel), (width / 4, strided), (width / 2, evenKernel), (width / 2, strided),
            (width, evenKernel), (width, .plain(kernel: 5, stride: 1, padding: 0)),
        ]
        var side = architecture.inputShape[1]
        for (index, layer) in layers.enumerated() {
            side = appendConvolution(
                "encoder/layer_\(index + 1)", layer.geometry, channels: layer.channels, side: side,
                to: network, outputIsTransient: index + 1 < layers.count)
        }
        precondition(network.output.rows == width, "the encoder ends in a map of \(side)x\(side)")
        return network
    }

    /// The convolution of 4x4 that leaves a map as large as it is, or nearly.
    private var evenKernel: Convolution<R>.Geometry {
        switch architecture.borders {
        case .pytorch: .plain(kernel: 4, stride: 1, padding: 1)
        case .tensorflow: .same(kernel: 4)
        }
    }

    /// A dense layer to 2x2 maps, and transposed and plain convolutions in turn: 2 → 7 → 6 → 14 → 13 → 29 → 28, with
    /// TensorFlow's borders 2 → 7 → 7 → 14 → 14 → 28 → 28.
    private func cnnOmniDecoder(_ name: String, z: Activation<R>) -> Network<R> {
        let network = Network(input: z, pass: pass)
        let width = architecture.layers[0]
        appendFirst("\(name)/layer_1", rows: width * 4, to: network)
        let doubling: [Convolution<R>.Geometry] =
            switch architecture.borders {
            case .pytorch: [0, 1].map { .transposed(kernel: 4, stride: 2, padding: 0, outputPadding: $0) }
            case .tensorflow: [0, 0].map { .transposed(kernel: 4, stride: 2, padding: 1, outputPadding: $0) }
            }
        let layers: [(channels: Int, geometry: Convolution<R>.Geometry)] = [
            (width, .transposed(kernel: 5, stride: 2, padding: 0, outputPadding: 0)),
            (width / 2, evenKernel), (width / 2, doubling[0]), (width / 4, evenKernel),
            (width / 4, doubling[1]),
        ]
        var side = 2
        for (index, layer) in layers.enumerated() {
            side = appendConvolution(
                "\(name)/layer_\(index + 2)", layer.geometry, channels: layer.channels, side: side,
                to: network)
        }
        appendOutput("\(name)/layer_7", evenKernel, side: side, to: network)
        return network
    }

    /// Four dense layers of 4, 4, 2 and 1 times the first level's width.
    private func mlpEncoder(samples: Activation<R>) -> Network<R> {
        let network = Network(input: samples, pass: pass)
        if architecture.mayMiss {
            network.append(KnownValues(input: samples, pass: pass))
        }
        if architecture.likelihood.isOfCounts {
            network.append(
                LogCounts(
                    input: network.output, features: architecture.features,
                    isNormalised: architecture.normalisesCounts, pass: pass))
        }
        let factors = [4, 4, 2, 1]
        for (index, factor) in factors.enumerated() {
            appendDense(
                "encoder/layer_\(index + 1)", rows: factor * architecture.layers[0], to: network,
                inputGradient: network.output.hasGradient ? .written : .none,
                outputIsTransient: index + 1 < factors.count, readsSamples: index == 0)
        }
        return network
    }

    /// Four dense layers of 1, 2, 4 and 4 times the first level's width, and a linear one to the sample.
    private func mlpDecoder(_ name: String, z: Activation<R>, covariates: Activation<R>?) -> Network<R> {
        let network = Network(input: z, pass: pass)
        let width = architecture.layers[0]
        if let covariates {
            network.append(Joined(z, above: covariates, pass: pass))
            appendDense(
                "\(name)/layer_1", rows: width, to: network,
                inputGradient: network.output.hasGradient ? .written : .none)
        } else {
            appendFirst("\(name)/layer_1", rows: width, to: network)
        }
        for (index, factor) in [2, 4, 4].enumerated() {
            appendDense(
                "\(name)/layer_\(index + 2)", rows: factor * width, to: network, inputGradient: .written)
        }
        network.append(
            Linear(
                "\(name)/layer_5/linear",
                rows: architecture.features * architecture.likelihood.outputsPerValue,
                input: network.output,
                inputGradient: .written, bias: true, gradientOverOutput: true, arena: arena, pass: pass,
                training: training))
        return network
    }

    /// A decoder's first dense layer. It reads z, as others do.
    private func appendFirst(_ name: String, rows: Int, to network: Network<R>) {
        appendDense(name, rows: rows, to: network, inputGradient: network.output.hasGradient ? .added : .none)
    }

    /// A decoder's last convolution, to the channels of the sample.
    func appendOutput(
        _ name: String, _ geometry: Convolution<R>.Geometry, side: Int, to network: Network<R>
    ) {
        network.append(
            Convolution(
                "\(name)/convolution", geometry,
                outputChannels: architecture.inputShape[0] * architecture.likelihood.outputsPerValue,
                inputSide: side,
                input: network.output, inputGradient: .written, bias: true, gradientOverOutput: true,
                arena: arena, pass: pass, training: training))
    }
}
