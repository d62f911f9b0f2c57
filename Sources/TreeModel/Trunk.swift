import Kernels
import Layers
import Networks

/// The bottom-up part of the inference model (paper eq. 6): encoder and a chain of dense layers.
///
/// Every level is computed whatever the present depth of the tree; nodes of depth `k` read `levels[k]`.
public final class Trunk<R: Real> {
    /// One batch of samples, `[inputs, stride]`, values in the likelihood's range.
    public let images: Activation<R>
    /// d by depth, `[width(depth), stride]`.
    public let levels: [Activation<R>]
    private let chain: Lockstep<R>

    init(_ builder: NetworkBuilder<R>) {
        images = builder.input(rows: builder.architecture.inputs)
        let network = builder.encoder(images: images)
        var bottomUp = [network.output]
        for (index, width) in builder.architecture.layers.dropFirst().enumerated() {
            // A level is also read by the heads and routers of its depth.
            builder.appendDense(
                "bottom_up/layer_\(index + 1)", rows: width, to: network, inputGradient: .added,
                outputIsTransient: false)
            bottomUp.append(network.output)
        }
        levels = bottomUp.reversed()
        chain = Lockstep([network])
    }

    /// Floating-point operations of one sample.
    func flops(training: Bool) -> Int { chain.flops(training: training) }

    /// Encoder and chain, from ``images`` to ``levels``.
    package func forward(_ pass: Pass<R>) throws {
        try chain.forward(pass)
    }

    /// Backward from the gradients that nodes have added to the levels.
    package func backward(_ pass: Pass<R>) throws {
        try chain.backward(pass)
    }
}
