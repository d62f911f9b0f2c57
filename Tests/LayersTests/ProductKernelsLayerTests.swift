import Kernels
import Testing
import TestSupport

@testable import Layers

/// Networks of wide layers, whose products other kernels take.
@Suite struct ProductKernelsLayerTests {
    /// `dense, norm, dense, norm, dense with bias`, the first of which reads samples.
    private final class Wide<R: Real> {
        static var columns: Int { 40 }
        let arena = Arena<R>()
        let pass: Pass<R>
        let input: Activation<R>
        let network: Network<R>

        init(_ products: ProductKernels, initially values: [Double]? = nil) {
            pass = Pass(columns: Self.columns, reducer: SingleRankReducer(), products: products)
            input = Activation(rows: 150, pass: pass, hasGradient: false)
            network = Network(input: input, pass: pass)
            let (arena, pass, network) = (arena, pass, network)
            for (index, rows) in [90, 70].enumerated() {
                network.append(
                    Linear(
                        "dense_\(index)", rows: rows, input: network.output,
                        inputGradient: index == 0 ? .none : .written, bias: false, readsSamples: index == 0,
                        arena: arena, pass: pass, training: true))
                network.append(
                    BatchNorm(
                        "norm_\(index)", channels: rows, input: network.output,
                        settings: .init(momentum: 0.9, epsilon: 1e-3, slope: 0.3), arena: arena, pass: pass))
            }
            network.append(
                Linear(
                    "head", rows: 100, input: network.output, inputGradient: .written, bias: true,
                    arena: arena, pass: pass, training: true))
            arena.seal(training: true)
            if let values {
                for (index, value) in values.enumerated() { arena.values.pointer[index] = R(value) }
            } else {
                arena.initialise(.glorot, seed: 7, generation: 0)
            }
            pass.batch = BatchShape(
                columns: Self.columns, globalColumns: Self.columns, sliceColumns: 16)
            pass.mode = .training
        }

        /// - Parameter share: of entries that are not zero.
        func fill(share: Double) {
            let stride = pass.batch.stride
            for row in 0..<input.rows {
                for column in 0..<stride {
                    let isHeld = abs(number(row * 131 + column, key: 5)) < share && column < Self.columns
                    input.value[row * stride + column] = isHeld ? R(number(row * 97 + column, key: 6)) : 0
                }
            }
        }

        /// `½ Σ output² / columns`, and its gradient in the arena.
        func loss() throws -> Double {
            let lockstep = Lockstep([network])
            try lockstep.forward(pass)
            let (output, stride) = (network.output, pass.batch.stride)
            var loss = 0.0
            for row in 0..<output.rows {
                for column in 0..<stride {
                    let value = output.value[row * stride + column]
                    output.gradient[row * stride + column] =
                        column < Self.columns ? value / R(Self.columns) : 0
                    if column < Self.columns { loss += Double(value * value) / 2 / Double(Self.columns) }
                }
            }
            try lockstep.backward(pass)
            return loss
        }

        var values: [Double] { (0..<arena.count).map { Double(arena.values.pointer[$0]) } }
        var gradients: [Double] { (0..<arena.count).map { Double(arena.gradients.pointer[$0]) } }
    }

    private func norm(_ x: some Sequence<Double>) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    /// Gradients of each tensor are those of double precision but for what 8 bits of a number's digits leave out.
    @Test(arguments: [(ProductKernels.own, 1e-5), (.blas, 1e-5), (.mixed, 2e-2)])
    func gradientsAreThoseOfDoublePrecision(_ kernels: ProductKernels, tolerance: Double) throws {
        let exact = Wide<Double>(.own)
        let tested = Wide<Float>(kernels, initially: exact.values)
        exact.fill(share: 1)
        tested.fill(share: 1)
        let (expected, loss) = (try exact.loss(), try tested.loss())
        #expect(abs(loss - expected) <= tolerance * expected)
        let (wanted, found) = (exact.gradients, tested.gradients)
        for tensor in exact.arena.parameters {
            let difference = norm(tensor.range.map { found[$0] - wanted[$0] })
            #expect(difference <= tolerance * norm(wanted[tensor.range]), "\(tensor.name)")
        }
    }

    /// Along its own gradient the loss rises as the gradient says, in mixed precision too: the roundings of many products
    /// cancel where the step is large.
    @Test(arguments: [(ProductKernels.own, 5e-3), (.blas, 5e-3), (.mixed, 3e-2)])
    func theLossFollowsTheGradient(_ kernels: ProductKernels, tolerance: Double) throws {
        let network = Wide<Float>(kernels)
        network.fill(share: 1)
        _ = try network.loss()
        let (values, gradients) = (network.values, network.gradients)
        let length = norm(gradients)
        let step = 0.008 * norm(values) / length
        func loss(_ steps: Double) throws -> Double {
            let moved = Wide<Float>(
                kernels, initially: zip(values, gradients).map { $0 + steps * step * $1 })
            moved.fill(share: 1)
            return try moved.loss()
        }
        let slope = try (8 * (loss(1) - loss(-1)) - (loss(2) - loss(-2))) / (12 * step)
        #expect(abs(slope / (length * length) - 1) <= tolerance, "\(slope) for \(length * length)")
    }

    /// Samples that are mostly zero give the bits that dense products give, and no kernel rounds them.
    @Test(arguments: [ProductKernels.own, .blas, .mixed]) func sparseSamples(_ kernels: ProductKernels) throws
    {
        let networks = [Wide<Float>(kernels), Wide<Float>(kernels)]
        for network in networks { network.fill(share: 0.05) }
        let dense = networks[1]
        let stride = dense.pass.batch.stride
        let tiny = Float.leastNormalMagnitude
        // Numbers that round away make the list too long and change no sum.
        for index in 0..<dense.input.rows * stride where dense.input.value[index] == 0 {
            dense.input.value[index] = index % stride < Wide<Float>.columns ? tiny : 0
        }
        let losses = try networks.map { try $0.loss() }
        #expect(losses[0] == losses[1])
        let first = networks[0].arena.parameters[0]
        let gradients = networks.map(\.gradients)
        let held = (0..<first.count).filter { gradients[0][$0] != 0 }
        #expect(held.count > 1000)
        #expect(held.allSatisfy { gradients[0][$0] == gradients[1][$0] })
    }
}
