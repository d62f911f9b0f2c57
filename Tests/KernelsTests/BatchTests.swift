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
            let numbers = Storage<R>(values.list(samples * features))
            R.gather(
                values: numbers.pointer, features: features, indices: indices, columns: columns,
                stride: stride,
                scale: 0.5, into: out.pointer)
            let held = numbers.doubles
            #expect(out.doubles == expected { held[$0] / 2 }, "values")
        }
    }

    @Test(arguments: [1, 3, 16, 17, 33], [(0, 16), (1, 16), (13, 16), (16, 16), (19, 32), (100, 112)])
    func transposes(rows: Int, _ width: (columns: Int, stride: Int)) {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            let (columns, stride) = width
            var values = Values(16)
            let x = Storage<R>(values.batch(rows: rows, columns: columns, stride: stride, padding: .nan))
            // One row more than is written.
            let out = Storage<R>([Double](repeating: 7, count: (columns + 1) * rows))
            R.transpose(x.pointer, rows: rows, columns: columns, stride: stride, into: out.pointer)
            let source = x.doubles
            let expected = (0..<columns * rows).map { source[$0 % rows * stride + $0 / rows] }
            #expect(out.doubles == expected + [Double](repeating: 7, count: rows))

            // Gathering is the way back.
            let back = Storage<R>([Double](repeating: 7, count: rows * stride))
            R.gather(
                values: out.pointer, features: rows, indices: (0...Int32(columns)).map { $0 },
                columns: columns,
                stride: stride, scale: 1, into: back.pointer)
            #expect(back.doubles == source.map { $0.isNaN ? 0 : $0 })
        }
    }

    @Test func keepsNaN() {
        let rows = Storage<Float>([Double](repeating: 1, count: 5 * 3))
        rows.pointer[7] = .nan  // feature 1 of sample 2
        let out = Storage<Float>(count: 3 * 16)
        Float.gather(
            values: rows.pointer, features: 3, indices: [4, 2, 2, 0], columns: 4, stride: 16, scale: 1,
            into: out.pointer)
        #expect(out.doubles.map(\.isNaN) == (0..<48).map { $0 == 17 || $0 == 18 })
        let back = Storage<Float>(count: 4 * 3)
        Float.transpose(out.pointer, rows: 3, columns: 4, stride: 16, into: back.pointer)
        #expect(back.doubles.map(\.isNaN) == (0..<12).map { $0 == 4 || $0 == 7 })
    }
}
