import Foundation
import Testing

@testable import Kernels

/// A map of odd shape: its padding holds large values, which nothing may look at.
private struct Shape: Sendable, CustomTestStringConvertible {
    var channels: Int
    var pixels: Int
    var columns: Int
    var stride: Int
    var testDescription: String { "\(channels)x\(pixels), \(columns) of \(stride)" }
    var count: Int { channels * pixels * stride }

    /// Whether the value at `index` belongs to a sample, and its channel.
    func place(_ index: Int) -> (channel: Int, held: Bool) {
        (index / (pixels * stride), index % stride < columns)
    }

    static let all = [
        Shape(channels: 1, pixels: 1, columns: 0, stride: 16),
        Shape(channels: 3, pixels: 4, columns: 13, stride: 16),
        Shape(channels: 5, pixels: 1, columns: 16, stride: 16),
        Shape(channels: 2, pixels: 9, columns: 100, stride: 112),
        Shape(channels: 1, pixels: 3, columns: 250, stride: 256),
        Shape(channels: 19, pixels: 2, columns: 90, stride: 96),
    ]
}

@Suite struct NormalisationTests {
    @Test(arguments: Shape.all) private func moments(shape: Shape) {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            var values = Values(6)
            let x = Storage<R>(
                values.batch(
                    rows: shape.channels * shape.pixels, columns: shape.columns, stride: shape.stride,
                    in: -1...3,
                    padding: 1e6))
            let origin = Storage<R>(values.list(shape.channels))
            var expected = [Double](repeating: 0, count: 2 * shape.channels)
            for (index, value) in x.doubles.enumerated() where shape.place(index).held {
                let channel = shape.place(index).channel
                let deviation = value - origin.doubles[channel]
                expected[2 * channel] += deviation
                expected[2 * channel + 1] += deviation * deviation
            }
            var moments = [Double](repeating: .nan, count: 2 * shape.channels)
            R.batchMoments(
                x.pointer, origin: origin.pointer, channels: shape.channels, pixels: shape.pixels,
                columns: shape.columns, sliceColumns: 16, stride: shape.stride, into: &moments)
            expectClose(moments, expected, R.tolerance, scale: Double(shape.pixels * shape.columns + 1))
        }
    }

    /// A mean a hundred thousand times the deviation: about zero, `Σ x² - (Σ x)² / n` would be noise.
    @Test func momentsDoNotCancel() {
        let count = 256
        var values = Values(7)
        let x = Storage<Float>(values.list(count, in: 1000...1000.03))
        let mean = x.doubles.reduce(0, +) / Double(count)
        let variance = x.doubles.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(count)
        var moments = [0.0, 0.0]
        Float.batchMoments(
            x.pointer, origin: [1000], channels: 1, pixels: 1, columns: count, sliceColumns: 64,
            stride: count,
            into: &moments)
        let n = Double(count)
        expectClose([moments[1] / n - moments[0] / n * (moments[0] / n)], [variance], 1e-5, scale: 0)
    }

    @Test(arguments: Shape.all) private func forward(shape: Shape) {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            var values = Values(8)
            let x = Storage<R>(values.list(shape.count))
            let mean = Storage<R>(values.list(shape.channels))
            let inverse = Storage<R>(values.list(shape.channels, in: 0.5...2))
            let scale = Storage<R>(values.list(shape.channels, in: -2...2))
            let shift = Storage<R>(values.list(shape.channels))
            let y = Storage<R>(count: shape.count)
            R.normalise(
                x.pointer, channels: shape.channels, pixels: shape.pixels, stride: shape.stride,
                mean: mean.pointer, inverseDeviation: inverse.pointer, scale: scale.pointer,
                shift: shift.pointer,
                slope: 0.25, into: y.pointer)
            let expected = x.doubles.enumerated().map { index, value in
                let c = shape.place(index).channel
                let t =
                    (value - mean.doubles[c]) * inverse.doubles[c] * scale.doubles[c] + shift.doubles[c]
                return t > 0 ? t : 0.25 * t
            }
            expectClose(y.doubles, expected, R.tolerance, scale: 4)
        }
    }

    @Test(arguments: Shape.all) private func backward(shape: Shape) {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            var values = Values(9)
            let rows = shape.channels * shape.pixels
            let x = Storage<R>(
                values.batch(rows: rows, columns: shape.columns, stride: shape.stride, padding: 1e3))
            let dy = Storage<R>(
                values.batch(rows: rows, columns: shape.columns, stride: shape.stride, padding: 0))
            let parameters = (0..<6).map { _ in Storage<R>(values.list(shape.channels, in: 0.5...2)) }
            let p = parameters.map(\.doubles)

            var expected = [Double](repeating: 0, count: 2 * shape.channels)
            var expectedGradient = [Double](repeating: 0, count: shape.count)
            for index in 0..<shape.count where shape.place(index).held {
                let c = shape.place(index).channel
                let normalised = (x.doubles[index] - p[0][c]) * p[1][c]
                let h = dy.doubles[index] * (normalised * p[2][c] + p[5][c] > 0 ? 1 : 0.25)
                expected[2 * c] += h
                expected[2 * c + 1] += h * normalised
                expectedGradient[index] = p[2][c] * p[1][c] * (h - p[3][c] - normalised * p[4][c])
            }
            var moments = [Double](repeating: .nan, count: 2 * shape.channels)
            let (scaleGradient, shiftGradient) = (
                Storage<R>(count: shape.channels), Storage<R>(count: shape.channels)
            )
            R.normaliseGradientMoments(
                x.pointer, dy: dy.pointer, channels: shape.channels, pixels: shape.pixels,
                sliceColumns: 16, stride: shape.stride, mean: parameters[0].pointer,
                inverseDeviation: parameters[1].pointer,
                scale: parameters[2].pointer, shift: parameters[5].pointer, slope: 0.25, into: &moments,
                scaleGradient: scaleGradient.pointer, shiftGradient: shiftGradient.pointer)
            let size = Double(shape.columns + 1)
            expectClose(moments, expected, R.tolerance, scale: size, "moments")
            for c in 0..<shape.channels {
                expectClose(
                    [scaleGradient.doubles[c]], [expected[2 * c + 1]], R.tolerance, scale: size, "scale")
                expectClose([shiftGradient.doubles[c]], [expected[2 * c]], R.tolerance, scale: size, "shift")
            }
            R.normaliseGradient(
                x.pointer, dy: dy.pointer, channels: shape.channels, pixels: shape.pixels,
                columns: shape.columns, stride: shape.stride, mean: parameters[0].pointer,
                inverseDeviation: parameters[1].pointer, scale: parameters[2].pointer,
                shift: parameters[5].pointer, slope: 0.25,
                meanH: parameters[3].pointer, meanHX: parameters[4].pointer, into: dy.pointer)
            withExtendedLifetime(parameters) {
                expectClose(dy.doubles, expectedGradient, R.tolerance, scale: 30, "gradient, in place")
            }
        }
    }

    /// The four kernels together, as a layer uses them, against finite differences.
    @Test func gradientByDifferences() {
        let (channels, pixels, columns, stride) = (2, 3, 5, 16)
        let rows = channels * pixels
        var values = Values(10)
        let x = values.batch(rows: rows, columns: columns, stride: stride, padding: 0)
        let weights = values.batch(rows: rows, columns: columns, stride: stride, padding: 0)
        let scale = values.list(channels, in: 0.5...2)
        let shift = values.list(channels)
        let n = Double(pixels * columns)

        struct Pass {
            var mean: Storage<Double>
            var inverse: Storage<Double>
            var y: Storage<Double>
        }
        func forward(_ x: [Double], _ scale: [Double], _ shift: [Double]) -> Pass {
            var moments = [Double](repeating: 0, count: 2 * channels)
            let (input, scales, shifts) = (Storage<Double>(x), Storage<Double>(scale), Storage<Double>(shift))
            Double.batchMoments(
                input.pointer, origin: [Double](repeating: 0, count: channels), channels: channels,
                pixels: pixels, columns: columns, sliceColumns: stride, stride: stride, into: &moments)
            let means = (0..<channels).map { moments[2 * $0] / n }
            let inverses = (0..<channels).map {
                1 / (moments[2 * $0 + 1] / n - means[$0] * means[$0] + 1e-3).squareRoot()
            }
            let pass = Pass(mean: Storage(means), inverse: Storage(inverses), y: Storage(count: x.count))
            Double.normalise(
                input.pointer, channels: channels, pixels: pixels, stride: stride, mean: pass.mean.pointer,
                inverseDeviation: pass.inverse.pointer, scale: scales.pointer,
                shift: shifts.pointer, slope: 0.3, into: pass.y.pointer)
            return pass
        }
        func loss(_ x: [Double], _ scale: [Double], _ shift: [Double]) -> Double {
            zip(forward(x, scale, shift).y.doubles, weights).map(*).reduce(0, +)
        }

        let pass = forward(x, scale, shift)
        let (input, dy, dx) = (Storage<Double>(x), Storage<Double>(weights), Storage<Double>(count: x.count))
        let (scales, shifts) = (Storage<Double>(scale), Storage<Double>(shift))
        var moments = [Double](repeating: 0, count: 2 * channels)
        let (scaleGradient, shiftGradient) = (
            Storage<Double>(count: channels), Storage<Double>(count: channels)
        )
        Double.normaliseGradientMoments(
            input.pointer, dy: dy.pointer, channels: channels, pixels: pixels, sliceColumns: stride,
            stride: stride,
            mean: pass.mean.pointer, inverseDeviation: pass.inverse.pointer, scale: scales.pointer,
            shift: shifts.pointer, slope: 0.3, into: &moments, scaleGradient: scaleGradient.pointer,
            shiftGradient: shiftGradient.pointer)
        let meanH = Storage<Double>((0..<channels).map { moments[2 * $0] / n })
        let meanHX = Storage<Double>((0..<channels).map { moments[2 * $0 + 1] / n })
        Double.normaliseGradient(
            input.pointer, dy: dy.pointer, channels: channels, pixels: pixels, columns: columns,
            stride: stride,
            mean: pass.mean.pointer, inverseDeviation: pass.inverse.pointer, scale: scales.pointer,
            shift: shifts.pointer, slope: 0.3, meanH: meanH.pointer, meanHX: meanHX.pointer, into: dx.pointer)

        // The leaky ReLU has a corner; no pre-activation may be within a step of it.
        let held = pass.y.doubles.enumerated().filter { $0.offset % stride < columns }.map { abs($0.element) }
        #expect(held.min()! > 5e-3)
        expectGradient(dx.doubles, of: { loss($0, scale, shift) }, at: x, "dx")
        expectGradient(scaleGradient.doubles, of: { loss(x, $0, shift) }, at: scale, "dScale")
        expectGradient(shiftGradient.doubles, of: { loss(x, scale, $0) }, at: shift, "dShift")
    }

    @Test func keepsNaN() {
        let x = Storage<Float>([Double](repeating: 1, count: 32))
        x.pointer[20] = .nan
        let one = Storage<Float>([1])
        let y = Storage<Float>(count: 32)
        Float.normalise(
            x.pointer, channels: 1, pixels: 2, stride: 16, mean: one.pointer, inverseDeviation: one.pointer,
            scale: one.pointer, shift: one.pointer, slope: 0.3, into: y.pointer)
        #expect(y.doubles.map(\.isNaN) == (0..<32).map { $0 == 20 })
        var moments = [0.0, 0.0]
        Float.batchMoments(
            x.pointer, origin: [0], channels: 1, pixels: 2, columns: 5, sliceColumns: 16, stride: 16,
            into: &moments)
        #expect(moments[0].isNaN && moments[1].isNaN)
    }
}
