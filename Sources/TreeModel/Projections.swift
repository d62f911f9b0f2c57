import Kernels
import Layers
import Networks

/// The projection heads of the contrastive extension, one on every level of the bottom-up chain: linear (no bias),
/// batch-norm, leaky ReLU, linear (Chen et al. 2020). Training alone has them.
public final class Projections<R: Real> {
    /// NT-Xent of each level's projections, bottom to root.
    let losses: [ContrastiveLoss<R>]
    private let heads: Lockstep<R>

    /// - Parameter levels: d by depth.
    init(_ settings: ContrastiveSettings, levels: [Activation<R>], builder: NetworkBuilder<R>) {
        let networks = levels.reversed().enumerated().map { index, level in
            builder.projection(
                "projection/layer_\(index)", level: level, hidden: settings.hidden,
                size: settings.projections[index])
        }
        heads = Lockstep(networks)
        losses = networks.map {
            ContrastiveLoss(input: $0.output, temperature: settings.temperature, pass: builder.pass)
        }
    }

    /// Floating-point operations of the heads' products for one sample.
    func flops(training: Bool) -> Int { heads.flops(training: training) }

    /// From the levels to their projections.
    package func forward(_ pass: Pass<R>) throws { try heads.forward(pass) }

    /// Backward from the gradients of the projections; adds to those of the levels.
    package func backward(_ pass: Pass<R>) throws { try heads.backward(pass) }
}

extension NetworkBuilder {
    /// A projection head, from d of a level to `[size, stride]`.
    fileprivate func projection(_ name: String, level: Activation<R>, hidden: Int, size: Int) -> Network<R> {
        let network = Network(input: level, pass: pass)
        appendDense("\(name)/hidden", rows: hidden, to: network, inputGradient: .added)
        network.append(
            Linear(
                "\(name)/output", rows: size, input: network.output, inputGradient: .written, bias: true,
                arena: arena, pass: pass, training: training))
        return network
    }
}
