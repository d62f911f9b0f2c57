import Kernels
import Layers

extension GradientCheck {
    /// Every layer alone, between an input and a fixed random weighting of its output.
    ///
    /// The input counts as a parameter: it enters through a first linear layer, so that gradients of inputs
    /// are checked as those of its weights.
    static func layers() throws -> [GradientCheck] {
        [
            try layer("linear with bias") { network, arena, pass in
                network.append(
                    Linear(
                        "linear", rows: 7, input: network.output, inputGradient: .written, bias: true,
                        arena: arena,
                        pass: pass, training: true))
            },
            try layer("stacked linear") { network, arena, pass in
                network.append(
                    Linear(
                        parts: [.init("mu", rows: 3), .init("sigma", rows: 5)], input: network.output,
                        inputGradient: .written, bias: true, arena: arena, pass: pass, training: true))
            },
            try layer("linear with bias, wider than a block") { network, arena, pass in
                network.append(
                    Linear(
                        "linear", rows: 3600, input: network.output, inputGradient: .written, bias: true,
                        arena: arena, pass: pass, training: true))
            },
            try layer("rectifier") { network, _, _ in network.append(Rectifier(network.output)) },
            try layer("batch-norm with leaky ReLU") { network, arena, pass in
                network.append(norm("norm", channels: inputRows, network, arena, pass))
            },
            try layer("batch-norm over pixels") { network, arena, pass in
                network.append(norm("norm", channels: inputChannels, network, arena, pass))
            },
            try convolution("convolution 3x3, stride 2", .plain(kernel: 3, stride: 2, padding: 0)),
            try convolution("convolution 4x4, padding 1", .plain(kernel: 4, stride: 1, padding: 1)),
            try convolution(
                "transposed convolution 3x3, stride 2",
                .transposed(kernel: 3, stride: 2, padding: 0, outputPadding: 0)),
            try convolution(
                "transposed convolution 3x3, stride 2, padding 1, output padding 1",
                .transposed(kernel: 3, stride: 2, padding: 1, outputPadding: 1)),
            try resampling("average pooling", .averagePool),
            try resampling("bilinear upsampling", .bilinearUpsampling),
            try residual("residual block", channels: inputChannels),
            try residual("residual block with a projection", channels: 5),
            try contrastiveLoss("contrastive loss", rows: 5, temperature: 0.5),
            try contrastiveLoss("contrastive loss of two numbers a view", rows: 2, temperature: 1),
        ]
    }

    private static let inputChannels = 3
    private static let inputSide = 5
    private static let inputRows = inputChannels * inputSide * inputSide
    private static let batchColumns = 7

    private static func norm(
        _ name: String, channels: Int, _ network: Network<Double>, _ arena: Arena<Double>,
        _ pass: Pass<Double>
    ) -> BatchNorm<Double> {
        BatchNorm(
            name, channels: channels, input: network.output,
            settings: .init(momentum: 0.9, epsilon: 1e-3, slope: 0.3), arena: arena, pass: pass)
    }

    private static func convolution(_ name: String, _ geometry: Convolution<Double>.Geometry) throws
        -> GradientCheck
    {
        try layer(name) { network, arena, pass in
            network.append(
                Convolution(
                    "convolution", geometry, outputChannels: 5, inputSide: inputSide, input: network.output,
                    inputGradient: .written, bias: true, arena: arena, pass: pass, training: true))
        }
    }

    private static func resampling(_ name: String, _ kind: Resampling<Double>.Kind) throws -> GradientCheck {
        try layer(name) { network, _, pass in
            network.append(
                Resampling(
                    kind, inputSide: inputSide, input: network.output, gradientOverOutput: false, pass: pass,
                    training: true))
        }
    }

    /// A shortcut around a batch-norm and a convolution.
    private static func residual(_ name: String, channels: Int) throws -> GradientCheck {
        try layer(name) { network, arena, pass in
            let shortcut = Shortcut(
                "shortcut", outputChannels: channels, side: inputSide, input: network.output,
                gradientOverOutput: false, arena: arena, pass: pass, training: true)
            network.append(beside: shortcut)
            network.append(norm("norm", channels: inputChannels, network, arena, pass))
            network.append(
                Convolution(
                    "convolution", .plain(kernel: 3, stride: 1, padding: 1), outputChannels: channels,
                    inputSide: inputSide, input: network.output, inputGradient: .written, bias: true,
                    arena: arena, pass: pass, training: true))
            network.append(ResidualSum(shortcut, branch: network.output, factor: 0.1))
        }
    }

    private static func layer(
        _ name: String, append: (Network<Double>, Arena<Double>, Pass<Double>) -> Void
    ) throws -> GradientCheck {
        let arena = Arena<Double>()
        let pass = Pass<Double>(columns: batchColumns, reducer: SingleRankReducer())
        let batch = BatchShape(columns: batchColumns, globalColumns: batchColumns)
        let input = Activation<Double>(rows: 4, pass: pass, hasGradient: false)
        let network = Network(input: input, pass: pass)
        network.append(
            Linear(
                "input", rows: inputRows, input: input, inputGradient: .none, bias: true, arena: arena,
                pass: pass,
                training: true))
        append(network, arena, pass)
        arena.seal(training: true)
        arena.initialise(.fanIn, seed: 4, generation: 0)
        pass.batch = batch
        pass.mode = .training
        fill(input.value, count: input.rows * batch.stride, tensor: 20, low: -1, high: 1)
        let weights = Activation<Double>(rows: network.output.rows, pass: pass, hasGradient: false)
        fill(weights.value, count: weights.rows * batch.stride, tensor: 21, low: -1, high: 1)
        for row in 0..<weights.rows {
            for column in batchColumns..<batch.stride { weights.value[row * batch.stride + column] = 0 }
        }
        let count = weights.rows * batch.stride
        let lockstep = Lockstep([network])
        let worst = try DirectionalCheck().worst(arena, seed: 3) { withGradient in
            try lockstep.forward(pass)
            if withGradient {
                network.output.gradient.update(from: weights.value, count: count)
            }
            let loss = Double.dot(network.output.value, weights.value, count: count)
            if withGradient { try lockstep.backward(pass) }
            return loss
        }
        return GradientCheck(name: name, worst: worst)
    }

    /// NT-Xent of four pairs, the weights of all views different and one of them 0.
    private static func contrastiveLoss(_ name: String, rows: Int, temperature: Double) throws
        -> GradientCheck
    {
        let views = 8
        let arena = Arena<Double>()
        let pass = Pass<Double>(columns: views, reducer: SingleRankReducer())
        let batch = BatchShape(columns: views, globalColumns: views)
        let input = Activation<Double>(rows: 4, pass: pass, hasGradient: false)
        let network = Network(input: input, pass: pass)
        network.append(
            Linear(
                "input", rows: rows, input: input, inputGradient: .none, bias: true, arena: arena, pass: pass,
                training: true))
        arena.seal(training: true)
        arena.initialise(.fanIn, seed: 4, generation: 0)
        pass.batch = batch
        pass.mode = .training
        fill(input.value, count: input.rows * batch.stride, tensor: 20, low: -1, high: 1)
        let loss = ContrastiveLoss(input: network.output, temperature: temperature, pass: pass)
        fill(loss.weights.pointer, count: views, tensor: 22, low: 0.1, high: 1)
        loss.weights.pointer[2] = 0
        let lockstep = Lockstep([network])
        let worst = try DirectionalCheck().worst(arena, seed: 3) { withGradient in
            try lockstep.forward(pass)
            let value = try ContrastiveLoss.evaluate([(loss, 3)], pass)
            if withGradient { try lockstep.backward(pass) }
            return value
        }
        return GradientCheck(name: name, worst: worst)
    }
}
