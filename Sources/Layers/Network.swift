import Kernels

/// A chain of layers cut into segments by its batch-norms: `segment, norm, segment, norm, …, segment`.
///
/// The cuts are where ranks must exchange moments; networks that stand side by side stop at theirs together
/// (see ``Lockstep``).
public final class Network<R: Real> {
    private let pass: Pass<R>
    private var segments: [[any Layer<R>]] = [[]]
    private var norms: [BatchNorm<R>] = []
    /// Where the gradients of transient outputs lie, those that the next layer alone reads: there is one at a time.
    public let transientGradients: SharedBuffer<R>
    /// What the last layer writes.
    public private(set) var output: Activation<R>

    /// A chain without layers: its output is its input.
    ///
    /// - Parameter pass: what the layers run with: the model's, or a partial one.
    public init(input: Activation<R>, pass: Pass<R>) {
        self.pass = pass
        output = input
        transientGradients = pass.newBuffer()
    }

    /// Appends a layer, which must read the present ``output``.
    public func append(_ layer: any Layer<R>) {
        segments[segments.count - 1].append(layer)
        output = layer.output
    }

    /// Appends a layer that stands beside the chain: it reads the present ``output``, and so does what follows. Its
    /// backward runs after that of what follows, and adds to the same gradient.
    public func append(beside layer: any Layer<R>) {
        segments[segments.count - 1].append(layer)
    }

    /// Appends a batch-norm, which must read the present ``output``.
    public func append(_ norm: BatchNorm<R>) {
        norms.append(norm)
        segments.append([])
        output = norm.output
    }

    /// Floating-point operations of all layers' products for one sample.
    public func flops(training: Bool) -> Int {
        segments.joined().reduce(0) { $0 + $1.flops(training: training) }
    }

    /// Number of segments: one more than batch-norms.
    var stages: Int { segments.count }

    /// Runs segment `stage`, from the batch-norm before it to the moments of the one behind it.
    func forward(stage: Int) {
        guard !pass.isSkipped else { return }
        if stage > 0 { norms[stage - 1].normalise(pass) }
        for layer in segments[stage] { layer.forward(pass) }
        if stage < norms.count { norms[stage].sendMoments(pass) }
    }

    /// Runs segment `stages - 1 - stage` backward, between the two batch-norms around it.
    func backward(stage: Int) {
        let segment = stages - 1 - stage
        guard !pass.isSkipped else { return clearGradients(segment) }
        if segment < norms.count { norms[segment].propagateGradient(pass) }
        if segment > 0 { norms[segment - 1].restoreOutput(pass) }
        for layer in segments[segment].reversed() { layer.backward(pass) }
        if segment > 0 { norms[segment - 1].sendGradientMoments(pass) }
    }

    private func clearGradients(_ segment: Int) {
        for layer in segments[segment] { layer.clearGradients() }
        if segment > 0 { norms[segment - 1].clearGradients() }
    }
}

/// Networks that run side by side, stage by stage, with one exchange of moments a stage for all of them, or for those of
/// each lane: while the moments of some are on their way, others compute.
public struct Lockstep<R: Real> {
    private let networks: [Network<R>]
    private let stages: Int

    /// Networks none of which reads what another of them writes.
    public init(_ networks: [Network<R>]) {
        self.networks = networks
        stages = networks.map(\.stages).max() ?? 0
    }

    /// Floating-point operations of all networks' products for one sample.
    public func flops(training: Bool) -> Int {
        networks.reduce(0) { $0 + $1.flops(training: training) }
    }

    /// Forward through all networks.
    ///
    /// - Parameter pass: that of the model, whose exchange all of them share.
    @specialized(where R == Float)
    public func forward(_ pass: Pass<R>) throws {
        try run(pass.exchange) { network, stage in network.forward(stage: stage) }
    }

    /// Backward through all networks; the gradients of their outputs are set.
    @specialized(where R == Float)
    public func backward(_ pass: Pass<R>) throws {
        try run(pass.exchange) { network, stage in network.backward(stage: stage) }
    }

    /// A network's last stage sends nothing, so that nothing is left on its way.
    private func run(_ exchange: MomentExchange, _ body: (_ network: Network<R>, _ stage: Int) -> Void) throws
    {
        let lanes = min(exchange.laneCount, networks.count)
        for stage in 0..<stages {
            for lane in 0..<lanes {
                exchange.lane = lane
                try exchange.finish()
                for index in networks.count * lane / lanes..<networks.count * (lane + 1) / lanes
                where stage < networks[index].stages {
                    body(networks[index], stage)
                }
                try exchange.start()
            }
        }
    }
}
