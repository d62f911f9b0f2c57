import Testing

@testable import Kernels

@Suite struct AdamTests {
    @Test(arguments: [1, 16, 101]) func steps(count: Int) {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            var values = Values(22)
            let parameters = Storage<R>(values.list(count))
            let (first, second) = (Storage<R>(count: count), Storage<R>(count: count))
            var (p, m, v) = (parameters.doubles, first.doubles, second.doubles)
            for step in 1...3 {
                let gradients = Storage<R>(values.list(count))
                let correction1 = 1 - R(0.75) * (step > 1 ? 0.75 : 1) * (step > 2 ? 0.75 : 1)
                R.adam(
                    parameters: parameters.pointer, gradients: gradients.pointer, firstMoment: first.pointer,
                    secondMoment: second.pointer, count: count, stepSize: 0.125 / correction1,
                    deviationScale: 1.5,
                    beta1: 0.75, beta2: 0.875, epsilon: 0x1p-20, weightDecay: 0.25)
                for i in 0..<count {
                    let g = gradients.doubles[i] + 0.25 * p[i]
                    m[i] = 0.75 * m[i] + 0.25 * g
                    v[i] = 0.875 * v[i] + 0.125 * g * g
                    p[i] -= Double(0.125 / correction1) * m[i] / (v[i].squareRoot() * 1.5 + 0x1p-20)
                }
            }
            expectClose(parameters.doubles, p, R.tolerance, "parameters")
            expectClose(first.doubles, m, R.tolerance, "first moment")
            expectClose(second.doubles, v, R.tolerance, "second moment")
        }
    }

    @Test func keepsNaN() {
        let storages = (0..<3).map { _ in Storage<Float>([Double](repeating: 1, count: 20)) }
        let gradients = Storage<Float>([Double](repeating: 1, count: 20))
        gradients.pointer[17] = .nan
        Float.adam(
            parameters: storages[0].pointer, gradients: gradients.pointer, firstMoment: storages[1].pointer,
            secondMoment: storages[2].pointer, count: 20, stepSize: 1e-3, deviationScale: 1, beta1: 0.9,
            beta2: 0.999, epsilon: 1e-8, weightDecay: 0)
        #expect(storages[0].doubles.map(\.isNaN) == (0..<20).map { $0 == 17 })
    }
}
