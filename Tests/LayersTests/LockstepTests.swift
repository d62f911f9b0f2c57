import Kernels
import Testing
import TestSupport

@testable import Layers

/// Networks of different depth that run side by side compute what each computes alone.
@Suite struct LockstepTests {
    private static let columns = 21
    private static let depths = [3, 0, 1, 3, 2]

    /// Networks of the given depths over one shared input, in one arena.
    private final class Bench {
        let arena = Arena<Double>()
        let pass = Pass<Double>(columns: LockstepTests.columns, reducer: SingleRankReducer())
        let input: Activation<Double>
        let networks: [Network<Double>]

        /// - Parameters:
        ///   - names: which of `depths` there are.
        ///   - transient: whether outputs of batch-norms take turns in one place.
        init(_ names: [Int], transient: Bool) {
            let (arena, pass) = (arena, pass)
            let input = Activation<Double>(rows: 6, pass: pass, hasGradient: true)
            self.input = input
            networks = names.map { name in
                let network = Network(input: input, pass: pass)
                for layer in 0...LockstepTests.depths[name] {
                    network.append(
                        Linear(
                            "network_\(name)/layer_\(layer)", rows: 4 + name + layer, input: network.output,
                            inputGradient: layer == 0 ? .added : .written, bias: true, arena: arena,
                            pass: pass,
                            training: true))
                    guard layer < LockstepTests.depths[name] else { continue }
                    network.append(
                        BatchNorm(
                            "network_\(name)/norm_\(layer)", channels: 4 + name + layer,
                            input: network.output,
                            settings: .init(momentum: 0.9, epsilon: 1e-5, slope: 0.3),
                            outputUse: transient ? .transient(gradients: network.transientGradients) : .kept,
                            arena: arena, pass: pass))
                }
                return network
            }
            arena.seal(training: true)
            arena.initialise(.fanIn, seed: 3, generation: 0)
        }

        func run(_ names: [Int]) throws {
            pass.batch = BatchShape(columns: LockstepTests.columns, globalColumns: LockstepTests.columns)
            pass.mode = .training
            let stride = pass.batch.stride
            for row in 0..<input.rows {
                for column in 0..<LockstepTests.columns {
                    input.value[row * stride + column] = number(row * 1000 + column)
                }
            }
            let lockstep = Lockstep(networks)
            try lockstep.forward(pass)
            input.zeroGradient(stride: stride)
            for (name, network) in zip(names, networks) {
                network.output.zeroGradient(stride: stride)
                for row in 0..<network.output.rows {
                    for column in 0..<LockstepTests.columns {
                        network.output.gradient[row * stride + column] = number(
                            row * 1000 + column, key: name)
                    }
                }
            }
            try lockstep.backward(pass)
        }

        func output(_ index: Int) -> [Double] {
            let output = networks[index].output
            return Array(UnsafeBufferPointer(start: output.value, count: output.rows * pass.batch.stride))
        }

        /// Gradients of all parameters and all running statistics of a network.
        func state(_ name: Int) -> [Double] {
            let prefix = "network_\(name)/"
            return arena.parameters.filter { $0.name.hasPrefix(prefix) }.flatMap { tensor in
                (0..<tensor.count).map { self.arena.gradient(tensor)[$0] }
            }
                + arena.statistics.filter { $0.name.hasPrefix(prefix) }.flatMap { tensor in
                    (0..<tensor.count).map { self.arena.statistic(tensor)[$0] }
                }
        }

        var inputGradient: [Double] {
            Array(UnsafeBufferPointer(start: input.gradient, count: input.rows * pass.batch.stride))
        }
    }

    @Test(arguments: [false, true]) func togetherEqualsEachAlone(transient: Bool) throws {
        let all = Array(Self.depths.indices)
        let together = Bench(all, transient: transient)
        try together.run(all)
        var inputGradient = [Double](repeating: 0, count: together.inputGradient.count)
        for name in all {
            let alone = Bench([name], transient: false)
            try alone.run([name])
            #expect(together.output(name) == alone.output(0), "output of network \(name)")
            #expect(together.state(name) == alone.state(name), "gradients and statistics of network \(name)")
            for (index, value) in alone.inputGradient.enumerated() { inputGradient[index] += value }
        }
        #expect(relativeDifference(together.inputGradient, inputGradient) < 1e-14)
    }

    /// Three networks of one, two and three batch-norms, each of 5 channels. A lane's sums are awaited when it is its
    /// turn again, not before: with two lanes, the first network's while the other two compute.
    @Test(arguments: [
        (1, [30, -30, 20, -20, 10, -10]), (2, [10, 20, -10, -20, 20, -20, 10, -10]),
    ])
    func oneExchangeCarriesAllNetworksOfALane(_ lanes: Int, _ expected: [Int]) throws {
        final class Counter: MomentReducer, @unchecked Sendable {
            let lanes: Int
            var calls: [Int] = []
            init(lanes: Int) { self.lanes = lanes }
            func start(moments: UnsafeMutablePointer<Double>, count: Int, lane: Int) { calls.append(count) }
            func finish(moments: UnsafeMutablePointer<Double>, count: Int, lane: Int) { calls.append(-count) }
        }
        let counter = Counter(lanes: lanes)
        let pass = Pass<Double>(columns: 4, reducer: counter)
        let arena = Arena<Double>()
        let networks = (0..<3).map { name in
            let network = Network(
                input: Activation<Double>(rows: 5, pass: pass, hasGradient: true), pass: pass)
            for layer in 0...name {
                network.append(
                    Linear(
                        "\(name)/\(layer)", rows: 5, input: network.output, inputGradient: .written,
                        bias: false,
                        arena: arena, pass: pass, training: true))
                network.append(
                    BatchNorm(
                        "\(name)/\(layer)/norm", channels: 5, input: network.output,
                        settings: .init(momentum: 0.9, epsilon: 1e-5, slope: 0.3), arena: arena, pass: pass))
            }
            return network
        }
        arena.seal(training: true)
        pass.batch = BatchShape(columns: 4, globalColumns: 4)
        pass.mode = .training
        try Lockstep(networks).forward(pass)
        #expect(counter.calls == expected)
        try Lockstep(networks).backward(pass)
        #expect(counter.calls == expected + expected)
    }
}
