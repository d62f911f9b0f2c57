import Testing

@testable import Kernels

/// Pooling and upsampling against figures of PyTorch 2.13 (`AvgPool2d(3, 2, 1)`, `Upsample(2, 'bilinear')`), and
/// their gradients as transposes.
@Suite struct ResamplingTests {
    private static let columns = 16

    /// A map whose pixels are `values`, the same in every column, in channel 1 of 2.
    private func apply<R: Real>(_ mixture: PixelMixture, to values: [Double], _: R.Type) -> [Double] {
        let weights = Storage<R>(mixture.weights)
        let input = Storage<R>(
            (0..<2 * values.count * Self.columns).map { index in
                let row = index / Self.columns
                return row < values.count ? 0 : values[row - values.count] * Double(index % Self.columns + 1)
            })
        let output = Storage<R>(count: 2 * mixture.outputPixels * Self.columns)
        R.mixPixels(
            mixture, weights: weights.pointer, channels: 2, input: input.pointer, output: output.pointer,
            stride: Self.columns)
        let result = output.doubles
        let rows = stride(from: 0, to: result.count, by: Self.columns).map {
            Array(result[$0..<$0 + Self.columns])
        }
        #expect(rows.prefix(mixture.outputPixels).allSatisfy { $0.allSatisfy { $0 == 0 } })
        let pixels = rows.suffix(mixture.outputPixels)
        for row in pixels {
            expectClose(row, (0..<Self.columns).map { row[0] * Double($0 + 1) }, R.tolerance, scale: 1)
        }
        return pixels.map { $0[0] }
    }

    @Test func poolingIsThatOfPyTorch() {
        let image = (0..<16).map { Double($0 * $0 % 11) }
        let expected = [1.0, 2.7777777, 2.8888888, 3.7777777]
        expectClose(apply(.averagePool(side: 4), to: image, Float.self), expected, 1e-6)
        expectClose(apply(.averagePool(side: 4), to: image, Double.self), expected, 1e-6)
    }

    /// Windows begin at every second pixel; the last ones reach out of the map.
    @Test func poolingInsideIsThatOfKeras() {
        let image = (0..<16).map { Double($0 * $0 % 11) }
        let windows = [(0...2, 0...2), (0...2, 2...3), (2...3, 0...2), (2...3, 2...3)]
        let expected = windows.map { rows, columns in
            let pixels = rows.flatMap { row in columns.map { image[row * 4 + $0] } }
            return pixels.reduce(0, +) / Double(pixels.count)
        }
        expectClose(apply(.averagePoolInside(side: 4), to: image, Double.self), expected, 1e-12)
        // An odd side has one more pixel on both sides of the last window.
        let ones = [Double](repeating: 1, count: 25)
        expectClose(
            apply(.averagePoolInside(side: 5), to: ones, Double.self), [Double](repeating: 1, count: 9), 1e-12
        )
    }

    @Test func upsamplingIsThatOfPyTorch() {
        let expected = [
            1.0, 0.5, -0.5, -1.0, 1.5, 1.25, 0.75, 0.5, 2.5, 2.75, 3.25, 3.5, 3.0, 3.5, 4.5, 5.0,
        ]
        expectClose(apply(.bilinearUpsampling(side: 2), to: [1, -1, 3, 5], Float.self), expected, 1e-6)
        expectClose(apply(.bilinearUpsampling(side: 2), to: [1, -1, 3, 5], Double.self), expected, 1e-12)
    }

    private func product(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }

    @Test(arguments: [2, 4, 8]) func gradientsAreTransposes(side: Int) {
        var values = Values(31)
        for mixture in [
            PixelMixture.averagePool(side: side), .averagePoolInside(side: side),
            .bilinearUpsampling(side: side),
        ] {
            let x = values.list(mixture.inputPixels)
            let dy = values.list(mixture.outputPixels)
            let y = apply(mixture, to: x, Double.self)
            let dx = apply(mixture.transposed, to: dy, Double.self)
            #expect(abs(product(y, dy) - product(x, dx)) < 1e-12)
        }
    }
}
