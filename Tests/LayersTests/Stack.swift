import Kernels
import TestSupport

@testable import Layers

/// `dense, norm, convolution, norm over pixels, dense, norm, head`: every kind of layer, with statistics in both
/// layouts, in double precision.
final class Stack {
    static let inputRows = 5
    let arena = Arena<Double>()
    let pass: Pass<Double>
    let input: Activation<Double>
    let network: Network<Double>

    init(columns: Int, reducer: any MomentReducer = SingleRankReducer()) {
        pass = Pass(columns: columns, reducer: reducer)
        input = Activation(rows: Self.inputRows, pass: pass, hasGradient: true)
        network = Network(input: input, pass: pass)
        let (arena, pass, network) = (arena, pass, network)
        func linear(_ name: String, rows: Int, bias: Bool = false) {
            network.append(
                Linear(
                    name, rows: rows, input: network.output, inputGradient: .written, bias: bias,
                    arena: arena,
                    pass: pass, training: true))
        }
        func norm(_ name: String, channels: Int) {
            network.append(
                BatchNorm(
                    name, channels: channels, input: network.output,
                    settings: .init(momentum: 0.7, epsilon: 1e-3, slope: 0.3), arena: arena, pass: pass))
        }
        linear("first", rows: 2 * 16)
        norm("first/norm", channels: 32)
        network.append(
            Convolution(
                "second", .plain(kernel: 3, stride: 1, padding: 1), outputChannels: 3, inputSide: 4,
                input: network.output, inputGradient: .written, bias: false, arena: arena, pass: pass,
                training: true))
        norm("second/norm", channels: 3)
        linear("third", rows: 7)
        norm("third/norm", channels: 7)
        linear("head", rows: 4, bias: true)
        arena.seal(training: true)
        arena.initialise(.fanIn, seed: 9, generation: 0)
    }

    /// Runs both ways over the samples `share` of a global batch, several times, so that running statistics
    /// move: inputs and output gradients depend on the sample alone.
    ///
    /// - Parameter padding: what the padding columns of the input hold.
    func run(share: Range<Int>, of globalColumns: Int, passes: Int = 2, padding: Double = 0) throws {
        pass.batch = BatchShape(columns: share.count, globalColumns: globalColumns)
        pass.mode = .training
        let stride = pass.batch.stride
        let lockstep = Lockstep([network])
        for round in 0..<passes {
            for row in 0..<input.rows {
                for column in 0..<stride {
                    input.value[row * stride + column] =
                        column < share.count
                        ? number((share.lowerBound + column) * 97 + row, key: round) : padding
                }
            }
            arena.gradients.zero()
            try lockstep.forward(pass)
            let output = network.output
            output.zeroGradient(stride: stride)
            for row in 0..<output.rows {
                for column in share.indices {
                    output.gradient[row * stride + column - share.lowerBound] = number(
                        column * 31 + row, key: 100)
                }
            }
            try lockstep.backward(pass)
        }
    }

    /// The part of an activation's values or gradients that are samples: `[samples][rows]`.
    func samples(_ values: UnsafeMutablePointer<Double>, rows: Int) -> [Double] {
        (0..<pass.batch.columns).flatMap { column in
            (0..<rows).map { values[$0 * pass.batch.stride + column] }
        }
    }

    var result: Result {
        Result(
            output: samples(network.output.value, rows: network.output.rows),
            inputGradient: samples(input.gradient, rows: input.rows),
            gradients: Array(UnsafeBufferPointer(start: arena.gradients.pointer, count: arena.count)),
            running: Array(UnsafeBufferPointer(start: arena.running.pointer, count: arena.statisticsCount)))
    }

    struct Result: Equatable {
        var output: [Double]
        var inputGradient: [Double]
        var gradients: [Double]
        var running: [Double]
    }
}
