import Testing

@testable import Kernels

@Suite struct MatrixTests {
    @Test func products() {
        setMatrixThreads(1)
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            let (m, n, k) = (5, 16, 7)
            var values = Values(4)
            let (a, b): (Storage<R>, Storage<R>) = (values.storage(m * k), values.storage(k * n))
            let c = Storage<R>(count: m * n)
            let (x, y) = (a.doubles, b.doubles)
            let expected = (0..<m * n).map { index in
                (0..<k).reduce(0) { $0 + x[index / n * k + $1] * y[$1 * n + index % n] }
            }
            R.multiplyMatrices(m: m, n: n, k: k, a: a.pointer, b: b.pointer, into: c.pointer)
            expectClose(c.doubles, expected, R.tolerance, scale: Double(k))
        }
    }
}
