import Testing

@testable import Kernels

@Suite struct VectorTests {
    @Test(arguments: [0, 1, 7, 16, 100, 1000]) func elementwise(count: Int) {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            var values = Values(1)
            let (a, b, c) = (
                Storage<R>(values.list(count)), Storage<R>(values.list(count)), Storage<R>(values.list(count))
            )
            let (x, y, z) = (a.doubles, b.doubles, c.doubles)

            R.add(a.pointer, to: c.pointer, count: count)
            expectClose(c.doubles, zip(x, z).map(+), R.tolerance, "add")
            let sum = c.doubles
            R.multiplyAdd(a.pointer, b.pointer, into: c.pointer, count: count)
            expectClose(c.doubles, zip(sum, zip(x, y).map(*)).map(+), R.tolerance, "multiplyAdd")
            R.multiply(a.pointer, b.pointer, into: c.pointer, count: count)
            expectClose(c.doubles, zip(x, y).map(*), R.tolerance, "multiply")
            R.multiply(a.pointer, b.pointer, into: a.pointer, count: count)
            expectClose(a.doubles, zip(x, y).map(*), R.tolerance, "multiply in place")
            R.rectifiedGradient(c.pointer, a.pointer, into: a.pointer, count: count)
            let kept = zip(c.doubles, zip(x, y).map(*)).map { $0 > 0 ? $1 : 0 }
            expectClose(a.doubles, kept, R.tolerance, "rectifiedGradient in place")
            if count > 0 { c.pointer[0] = .nan }
            let before = c.doubles
            R.rectified(c.pointer, into: c.pointer, count: count)
            #expect(count == 0 || c.pointer[0].isNaN)
            expectClose(
                Array(c.doubles.dropFirst()), before.dropFirst().map { max(0, $0) }, R.tolerance, "rectified")
            R.scale(b.pointer, by: -3, count: count)
            expectClose(b.doubles, y.map { -3 * $0 }, R.tolerance, "scale")
        }
    }

    @Test(arguments: [0, 1, 7, 33, 100_000]) func sums(count: Int) {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            var values = Values(2)
            let (a, b) = (Storage<R>(values.list(count + 1)), Storage<R>(values.list(count + 1)))
            // From the second value on: sums need no alignment.
            let (x, y) = (a.doubles.dropFirst(), b.doubles.dropFirst())
            let scale = Double(max(count, 1))
            expectClose([R.sum(a.pointer + 1, count: count)], [x.reduce(0, +)], 1e-15, scale: scale, "sum")
            expectClose(
                [R.dot(a.pointer + 1, b.pointer + 1, count: count)], [zip(x, y).map(*).reduce(0, +)], 1e-15,
                scale: scale, "dot")
        }
    }

    @Test func sumsKeepNaN() {
        let x = Storage<Float>([Double](repeating: 1, count: 100))
        x.pointer[40] = .nan
        #expect(Float.sum(x.pointer, count: 100).isNaN)
        #expect(Float.dot(x.pointer, x.pointer, count: 100).isNaN)
    }

    @Test func whatIsBeyondABoundIsCounted() {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            let x = Storage<R>((0..<100).map { Double($0) / 100 })
            #expect(R.countBeyond(1, x.pointer, count: 100) == 0)
            #expect(R.countBeyond(0.9, x.pointer, count: 100) == 10)
            (x.pointer[3], x.pointer[40], x.pointer[41], x.pointer[99]) = (-1, .nan, .infinity, -.infinity)
            #expect(R.countBeyond(1, x.pointer, count: 100) == 4)
            #expect(R.countBeyond(.infinity, x.pointer, count: 100) == 3)
            #expect(R.countBeyond(1, x.pointer, count: 3) == 0)
        }
    }

    @Test(arguments: [(1, 1, 16), (3, 5, 48), (5, 4, 16)])
    func rows(channels: Int, pixels: Int, stride: Int) {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            var values = Values(3)
            let x = Storage<R>(values.list(channels * pixels * stride))
            let sums = (0..<channels).map { channel in
                x.doubles[channel * pixels * stride..<(channel + 1) * pixels * stride].reduce(0, +)
            }
            let rowSums = Storage<R>([Double](repeating: .nan, count: channels))
            R.rowSums(
                x.pointer, channels: channels, pixels: pixels, sliceColumns: 16, stride: stride,
                into: rowSums.pointer)
            expectClose(rowSums.doubles, sums, R.tolerance, scale: Double(pixels * stride), "rowSums")
        }
    }

    @Test func rowSumsKeepNaN() {
        let x = Storage<Float>([Double](repeating: 1, count: 3 * 32))
        x.pointer[40] = .nan
        var sums = [Float](repeating: 0, count: 3)
        Float.rowSums(x.pointer, channels: 3, pixels: 2, sliceColumns: 16, stride: 16, into: &sums)
        #expect(sums.map(\.isNaN) == [false, true, false])
    }
}
