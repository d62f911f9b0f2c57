import Testing

@testable import Kernels

@Suite struct BatchTests {
    @Test(arguments: [0, 1, 16, 19, 32]) func gathers(columns: Int) {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            let (samples, features, stride) = (40, 5, 32)
            var values = Values(5)
            let floats = values.list(samples * features, in: 0...1).map { Float($0) }
            let bytes = floats.map { UInt8($0 * 255) }
            let indices = (0..<columns).map { Int32(($0 * 17 + 3) % samples) }

            let out = Storage<R>(values.list(features * stride))
            func expected(_ value: (Int) -> Double) -> [Double] {
                (0..<features * stride).map { index in
                    let (feature, column) = (index / stride, index % stride)
                    return column < columns ? value(Int(indices[column]) * features + feature) : 0
                }
            }
            R.gather(
                bytes: bytes, features: features, indices: indices, columns: columns, stride: stride,
                scale: 1 / 255, into: out.pointer)
            expectClose(out.doubles, expected { Double(bytes[$0]) / 255 }, R.tolerance, "bytes")
            R.gather(
                floats: floats, features: features, indices: indices, columns: columns, stride: stride,
                scale: 2,
                into: out.pointer)
            expectClose(out.doubles, expected { 2 * Double(floats[$0]) }, R.tolerance, "floats")
        }
    }
}
