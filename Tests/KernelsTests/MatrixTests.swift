import Testing

@testable import Kernels

@Suite struct MatrixTests {
    @Test(arguments: [(false, false), (false, true), (true, false), (true, true)])
    func products(transposeA: Bool, transposeB: Bool) {
        setMatrixThreads(1)
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            let (m, n, k) = (5, 16, 7)
            var values = Values(4)
            let (a, b, c) = (
                Storage<R>(values.list(m * k)), Storage<R>(values.list(k * n)), Storage<R>(values.list(m * n))
            )
            let (x, y, z) = (a.doubles, b.doubles, c.doubles)
            var expected = [Double](repeating: 0, count: m * n)
            for i in 0..<m {
                for j in 0..<n {
                    let products = (0..<k).map {
                        x[transposeA ? $0 * m + i : i * k + $0] * y[transposeB ? j * k + $0 : $0 * n + j]
                    }
                    expected[i * n + j] = 2 * products.reduce(0, +) + 0.5 * z[i * n + j]
                }
            }
            R.multiplyMatrices(
                transposeA: transposeA, transposeB: transposeB, m: m, n: n, k: k, alpha: 2, a: a.pointer,
                leadingA: transposeA ? m : k, b: b.pointer, leadingB: transposeB ? k : n, beta: 0.5,
                c: c.pointer,
                leadingC: n)
            expectClose(c.doubles, expected, R.tolerance, scale: Double(k))
        }
    }
}
