import Collectives
import Foundation
import Kernels
import Testing
import TestSupport
import ThreadRanks

@testable import Layers

/// NT-Xent by itself: a case by hand, plain loops, weights of zero, any number of ranks.
@Suite struct ContrastiveLossTests {
    /// A loss over given vectors, `[view][dimension]`, of which this rank holds some.
    private struct Setup<R: Real> {
        let pass: Pass<R>
        let input: Activation<R>
        let loss: ContrastiveLoss<R>

        init(
            rows: Int, columns: Int, temperature: Double, reducer: any MomentReducer = SingleRankReducer()
        ) {
            pass = Pass(columns: columns, reducer: reducer)
            pass.mode = .training
            input = Activation(rows: rows, pass: pass, hasGradient: true)
            loss = ContrastiveLoss(input: input, temperature: temperature, pass: pass)
        }

        /// - Returns: this rank's part of the loss, and its columns' gradients, `[view][dimension]`.
        func run(
            _ vectors: [[Double]], weights: [Double], share: Range<Int>, factor: Double = 1,
            sliceColumns: Int? = nil
        ) throws -> (loss: Double, gradient: [[R]]) {
            pass.batch = BatchShape(
                columns: share.count, globalColumns: vectors.count, firstColumn: share.lowerBound,
                sliceColumns: sliceColumns)
            let stride = pass.batch.stride
            for row in 0..<input.rows {
                for column in 0..<stride {
                    input.value[row * stride + column] =
                        column < share.count ? R(vectors[share.lowerBound + column][row]) : 9
                    // What an earlier pass may have left.
                    input.gradient[row * stride + column] = 8
                }
            }
            for column in 0..<share.count {
                loss.weights.pointer[column] = R(weights[share.lowerBound + column])
            }
            let value = try ContrastiveLoss.evaluate([(loss, factor)], pass)
            for row in 0..<input.rows {
                for column in share.count..<stride { #expect(input.gradient[row * stride + column] == 0) }
            }
            return (
                value,
                (0..<share.count).map { c in (0..<input.rows).map { input.gradient[$0 * stride + c] } }
            )
        }
    }

    /// Two images: the views of one point the same way, those of the other opposite ways.
    @Test func byHand() throws {
        let setup = Setup<Double>(rows: 2, columns: 4, temperature: 0.5)
        let vectors: [[Double]] = [[2, 0], [0, 3], [1, 0], [0, -1]]
        let same = log(exp(2.0) + 2) - 2
        let opposite = log(2 + exp(-2.0)) + 2
        var result = try setup.run(vectors, weights: [1, 1, 1, 1], share: 0..<4)
        #expect(abs(result.loss - (same + opposite) / 2) < 1e-14)
        #expect(abs(result.loss - 1.499_084) < 1e-6)
        // Moving u(0) = (1, 0) across: its likeness to (0, 1) and (0, -1) changes with opposite signs, and cancels.
        #expect(result.gradient[0].allSatisfy { abs($0) < 1e-15 })
        // u(1) and u(3) are pushed away from the two views at (1, 0):
        // ∂/∂(x) = (1/4) (2 / (2 + e⁻²) + 2 / (e² + 2)) / τ, from both losses of each of two similarities.
        let along = -(0.25 * (2 / (2 + exp(-2.0)) + 2 / (exp(2.0) + 2)) / 0.5)
        #expect(abs(result.gradient[3][0] + along) < 1e-14 && abs(result.gradient[3][1]) < 1e-15)
        #expect(abs(result.gradient[1][0] + along / 3) < 1e-14)

        // The pair that agrees alone, then the other: the weights are relative.
        result = try setup.run(vectors, weights: [5, 0, 5, 0], share: 0..<4)
        #expect(abs(result.loss - same) < 1e-14)
        result = try setup.run(vectors, weights: [0, 1, 0, 3], share: 0..<4, factor: 10)
        #expect(abs(result.loss - 10 * opposite) < 1e-13)
        // Nobody counts.
        result = try setup.run(vectors, weights: [0, 0, 0, 0], share: 0..<4)
        #expect(result.loss == 0 && result.gradient.joined().allSatisfy { $0 == 0 })
    }

    /// One image has no negatives: there is nothing to tell apart.
    @Test func onePairHasNoLoss() throws {
        let setup = Setup<Float>(rows: 2, columns: 2, temperature: 0.5)
        let result = try setup.run([[1, 0], [0.5, 0.5]], weights: [1, 1], share: 0..<2)
        #expect(result.loss == 0 && result.gradient.joined().allSatisfy { $0 == 0 })
    }

    private static func vectors(_ views: Int, _ rows: Int, key: Int = 0) -> [[Double]] {
        (0..<views).map { view in (0..<rows).map { number(view * rows + $0, key: key) } }
    }
    private static func weights(_ views: Int) -> [Double] {
        (0..<views).map { $0 % 5 == 1 ? 0 : 0.5 + 0.5 * number($0, key: 77) }
    }

    /// The formula in plain loops.
    private static func naive(_ vectors: [[Double]], _ weights: [Double], _ temperature: Double) -> Double {
        let units = vectors.map { x in
            let length = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return x.map { $0 / length }
        }
        func similarity(_ i: Int, _ k: Int) -> Double {
            zip(units[i], units[k]).reduce(0) { $0 + $1.0 * $1.1 } / temperature
        }
        let sum = weights.reduce(0, +)
        return vectors.indices.reduce(0) { total, i in
            let all = vectors.indices.filter { $0 != i }.reduce(0) { $0 + exp(similarity(i, $1)) }
            let partner = (i + vectors.count / 2) % vectors.count
            return total + weights[i] / sum * (log(all) - similarity(i, partner))
        }
    }

    @Test(arguments: [(2, 1.0), (7, 0.5), (64, 0.1)]) func plainLoopsAgree(rows: Int, temperature: Double)
        throws
    {
        for views in [4, 20, 38] {
            let (vectors, weights) = (Self.vectors(views, rows), Self.weights(views))
            let expected = Self.naive(vectors, weights, temperature)
            let double = try Setup<Double>(rows: rows, columns: views, temperature: temperature)
                .run(vectors, weights: weights, share: 0..<views)
            #expect(abs(double.loss - expected) < 1e-12 * max(1, expected))
            let float = try Setup<Float>(rows: rows, columns: views, temperature: temperature)
                .run(vectors, weights: weights, share: 0..<views)
            #expect(abs(float.loss - expected) < 1e-5 * max(1, expected))
        }
    }

    /// A short batch after a full one, as at the end of an epoch, finds nothing of it.
    @Test func earlierBatchesLeaveNothingBehind() throws {
        let setup = Setup<Double>(rows: 3, columns: 38, temperature: 0.5)
        _ = try setup.run(
            Self.vectors(38, 3, key: 9), weights: Array(repeating: 2, count: 38), share: 0..<38)
        let (vectors, weights) = (Self.vectors(6, 3), Self.weights(6))
        let short = try setup.run(vectors, weights: weights, share: 0..<6)
        let fresh = try Setup<Double>(rows: 3, columns: 38, temperature: 0.5)
            .run(vectors, weights: weights, share: 0..<6)
        #expect(short.loss == fresh.loss && short.gradient == fresh.gradient)
    }

    struct Outcome<R: Real>: Sendable {
        var loss: Double
        var gradient: [[R]]
    }

    /// However the batch is divided, every view has the same gradient to the last bit, and the losses add up.
    @Test(arguments: [
        [38], [19, 19], [20, 12, 6], [16, 16, 6, 0], [0, 38], [1, 0, 36, 1], [5, 5, 5, 5, 5, 5, 5, 3],
    ]) func ranksAgree(shares: [Int]) throws {
        try check(Float.self)
        try check(Double.self)

        func check<R: Real>(_: R.Type) throws {
            let (rows, views) = (9, 38)
            let (vectors, weights) = (Self.vectors(views, rows), Self.weights(views))
            let alone = try Setup<R>(rows: rows, columns: views, temperature: 0.5)
                .run(vectors, weights: weights, share: 0..<views)
            let ranks = try ThreadCommunicator.run(ranks: shares.count) { communicator -> Outcome<R> in
                let start = shares[..<communicator.rank].reduce(0, +)
                let setup = Setup<R>(
                    rows: rows, columns: views, temperature: 0.5, reducer: ThreadReducer(communicator))
                let result = try setup.run(
                    vectors, weights: weights, share: start..<start + shares[communicator.rank])
                return Outcome(loss: result.loss, gradient: result.gradient)
            }
            #expect(ranks.flatMap(\.gradient) == alone.gradient)
            #expect(abs(ranks.map(\.loss).reduce(0, +) - alone.loss) < 1e-14)
        }
    }
}
