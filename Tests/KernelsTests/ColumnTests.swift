import Testing

@testable import Kernels

@Suite struct ColumnTests {
    @Test(arguments: [1, 7, 33], [[0], [], [3, 4, 18], Array(0..<19), (0..<40).filter { $0 % 3 != 1 }])
    func gathersAndAdds(rows: Int, _ places: [Int]) {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            let (columns, stride) = (places.count, 48)
            let narrow = paddedStride(columns)
            let indices = places.map { Int32($0) } + [0]
            var values = Values(3)
            let x = Storage<R>(values.batch(rows: rows, columns: 40, stride: stride, padding: .nan))
            let source = x.doubles
            let kept = Storage<R>([Double](repeating: 7, count: rows * narrow))
            R.gatherColumns(
                x.pointer, rows: rows, stride: stride, places: indices, columns: columns, outStride: narrow,
                into: kept.pointer)
            let expected = (0..<rows * narrow).map { k in
                k % narrow < columns ? source[k / narrow * stride + places[k % narrow]] : 0
            }
            #expect(kept.doubles == expected)

            let sums = Storage<R>((0..<rows * stride).map { Double($0 % 5) })
            R.addColumns(
                kept.pointer, rows: rows, stride: narrow, places: indices, columns: columns,
                outStride: stride,
                to: sums.pointer)
            let added = (0..<rows * stride).map { k in
                R(k % 5) + (places.contains(k % stride) ? R(source[k]) : 0)
            }
            #expect(sums.doubles == added.map(Double.init))
        }
    }
}
