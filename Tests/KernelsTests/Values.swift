import Testing

@testable import Kernels

/// Varied values that are the same on every run and, but for rounding, in both precisions.
struct Values {
    private let seed: UInt64
    /// How many buffers were drawn.
    private var drawn: UInt32 = 0

    init(_ seed: UInt64) { self.seed = seed }

    /// A buffer of `count` values in `range`.
    mutating func storage<R: Real>(_ count: Int, in range: ClosedRange<R> = -1...1) -> Storage<R> {
        let storage = Storage<R>(count: count)
        R.uniforms(
            key: seed, tensor: drawn, generation: 0, stream: 0, low: range.lowerBound, high: range.upperBound,
            into: storage.pointer, count: count)
        drawn += 1
        return storage
    }

    /// `count` values in `range`.
    mutating func list(_ count: Int, in range: ClosedRange<Double> = -1...1) -> [Double] {
        storage(count, in: range).doubles
    }

    /// `[rows, stride]` with values in `range` in the first `columns` and `padding` beyond.
    mutating func batch(
        rows: Int, columns: Int, stride: Int, in range: ClosedRange<Double> = -1...1, padding: Double
    ) -> [Double] {
        list(rows * stride, in: range).enumerated().map { $0 % stride < columns ? $1 : padding }
    }
}

extension Storage {
    /// A buffer of the given values, rounded to `R`.
    convenience init(_ values: [Double]) {
        self.init(count: values.count)
        for (index, value) in values.enumerated() { pointer[index] = R(value) }
    }
}

extension Real {
    /// What a handful of roundings may cost, relative to the size of what was added up.
    static var tolerance: Double { Double(Self.ulpOfOne) * 16 }
}

/// Every element of `actual` is within `tolerance` of `expected`, relative to the element or to `scale` if that is
/// larger.
func expectClose(
    _ actual: [Double], _ expected: [Double], _ tolerance: Double, scale: Double = 1, _ what: String = "",
    location: SourceLocation = #_sourceLocation
) {
    guard actual.count == expected.count else {
        Issue.record("\(what): \(actual.count) values for \(expected.count)", sourceLocation: location)
        return
    }
    var worst = (error: 0.0, index: 0)
    for index in actual.indices {
        let difference = abs(actual[index] - expected[index])
        let error = difference / max(abs(expected[index]), scale)
        if !(error <= worst.error) { worst = (error, index) }
        if error.isNaN { break }
    }
    #expect(
        worst.error <= tolerance,
        "\(what): element \(worst.index) is \(actual[worst.index]), expected \(expected[worst.index])",
        sourceLocation: location)
}

/// Compares `gradient` with central differences of `function` (fourth order, so that the step can be large enough
/// for rounding not to show): the worst error relative to the element, or to a thousandth of the largest.
func expectGradient(
    _ gradient: [Double], of function: ([Double]) -> Double, at point: [Double], _ what: String,
    location: SourceLocation = #_sourceLocation
) {
    let step = 1e-3
    let largest = gradient.map(abs).max() ?? 0
    for index in point.indices {
        func value(_ steps: Double) -> Double {
            var moved = point
            moved[index] += steps * step
            return function(moved)
        }
        let numeric = (8 * (value(1) - value(-1)) - (value(2) - value(-2))) / (12 * step)
        let error = abs(numeric - gradient[index]) / max(abs(numeric), abs(gradient[index]), largest / 1000)
        #expect(
            error <= 1e-6 || (numeric == 0 && gradient[index] == 0),
            "\(what)[\(index)]: \(gradient[index]), by differences \(numeric)", sourceLocation: location)
    }
}

/// What two ranks' sums add up to.
func added<R: Real>(_ first: [R], _ second: [R]) -> [R] { zip(first, second).map { $0 + $1 } }
