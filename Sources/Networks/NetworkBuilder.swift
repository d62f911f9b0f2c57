import Kernels
import Layers

/// Builds networks into one arena, with the settings that all networks of a model share.
package struct NetworkBuilder<R: Real> {
    package let architecture: Architecture
    package let arena: Arena<R>
    package let pass: Pass<R>
    /// Whether gradients are held.
    package let training: Bool

    /// Builds into `arena`, for passes like `pass`.
    package init(architecture: Architecture, arena: Arena<R>, pass: Pass<R>, training: Bool) {
        self.architecture = architecture
        self.arena = arena
        self.pass = pass
        self.training = training
    }

    /// An activation that nothing in the model computes: images, frozen levels.
    package func input(rows: Int) -> Activation<R> {
        Activation(rows: rows, pass: pass, hasGradient: false)
    }

    /// The same settings for networks that run with another pass.
    package func with(pass: Pass<R>) -> NetworkBuilder {
        NetworkBuilder(architecture: architecture, arena: arena, pass: pass, training: training)
    }

    /// `linear (no bias), batch-norm, leaky ReLU`, appended to a network. The output is transient where the next
    /// layer alone reads it.
    package func appendDense(
        _ name: String, rows: Int, to network: Network<R>, inputGradient: InputGradient,
        outputIsTransient: Bool = true, readsSamples: Bool = false
    ) {
        network.append(
            Linear(
                "\(name)/linear", rows: rows, input: network.output, inputGradient: inputGradient,
                bias: false, gradientOverOutput: true, readsSamples: readsSamples, arena: arena, pass: pass,
                training: training))
        appendNorm(name, channels: rows, to: network, outputIsTransient: outputIsTransient)
    }

    /// `convolution (no bias), batch-norm, leaky ReLU`, appended to a network; returns the side of the map.
    func appendConvolution(
        _ name: String, _ geometry: Convolution<R>.Geometry, channels: Int, side: Int, to network: Network<R>,
        outputIsTransient: Bool = true
    ) -> Int {
        let input = network.output
        let convolution = Convolution(
            "\(name)/convolution", geometry, outputChannels: channels, inputSide: side, input: input,
            inputGradient: input.hasGradient ? .written : .none, bias: false, gradientOverOutput: true,
            arena: arena, pass: pass,
            training: training)
        network.append(convolution)
        appendNorm(name, channels: channels, to: network, outputIsTransient: outputIsTransient)
        return convolution.outputSide
    }

    /// `batch-norm, leaky ReLU`, appended to a network.
    func appendNorm(
        _ name: String, norm: String = "batch_norm", channels: Int, to network: Network<R>,
        outputIsTransient: Bool
    ) {
        let settings = BatchNorm<R>.Settings(
            momentum: architecture.batchNorm.momentum, epsilon: architecture.batchNorm.epsilon,
            slope: architecture.batchNorm.slope)
        network.append(
            BatchNorm(
                "\(name)/\(norm)", channels: channels, input: network.output, settings: settings,
                outputUse: outputIsTransient ? .transient(gradients: network.transientGradients) : .kept,
                arena: arena, pass: pass))
    }

    /// Mean and raw variance of a Gaussian, `[2 * size, stride]`: two linear layers in one product.
    /// "sigma" is the reference's name; softplus of it is a variance.
    package func gaussianHead(_ name: String, size: Int, input: Activation<R>, inputGradient: InputGradient)
        -> Linear<R>
    {
        Linear(
            parts: [.init("\(name)/mu", rows: size), .init("\(name)/sigma", rows: size)], input: input,
            inputGradient: inputGradient, bias: true, arena: arena, pass: pass, training: training)
    }

    /// A transformation (paper 2.1): parent's z to the parameters of a child's prior.
    package func transformation(
        _ name: String, parent z: Activation<R>, parentDepth: Int, inputGradient: InputGradient
    ) -> Network<R> {
        let network = Network(input: z, pass: pass)
        appendDense(
            name, rows: architecture.width(depth: parentDepth), to: network, inputGradient: inputGradient)
        network.append(
            gaussianHead(
                name, size: architecture.latentSize(depth: parentDepth + 1), input: network.output,
                inputGradient: .written))
        return network
    }

    /// A router (paper 2.1 and 2.2): two dense layers and the logit of going left, `[1, stride]`.
    package func router(_ name: String, input: Activation<R>, depth: Int) -> Network<R> {
        let network = Network(input: input, pass: pass)
        let width = architecture.width(depth: depth)
        appendDense(
            "\(name)/dense_1", rows: width, to: network, inputGradient: input.hasGradient ? .added : .none)
        appendDense("\(name)/dense_2", rows: width, to: network, inputGradient: .written)
        network.append(
            Linear(
                "\(name)/logit", rows: 1, input: network.output, inputGradient: .written, bias: true,
                arena: arena,
                pass: pass, training: training))
        return network
    }
}
