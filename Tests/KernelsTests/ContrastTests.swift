import Foundation
import Testing

@testable import Kernels

/// The kernels of the contrastive loss against plain loops over their formulas.
@Suite struct ContrastTests {
    @Test(arguments: [(1, 16, 16), (5, 7, 16), (64, 37, 48)]) func unitVectors(
        rows: Int, columns: Int, stride: Int
    ) {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            var values = Values(3)
            let x = Storage<R>(values.batch(rows: rows, columns: columns, stride: stride, padding: 7))
            let (unit, inverse) = (Storage<R>(count: rows * stride), Storage<R>(count: stride))
            R.unitColumns(
                x.pointer, rows: rows, stride: stride, least: 1e-12, into: unit.pointer,
                inverseNorm: inverse.pointer)
            let lengths = (0..<stride).map { c in
                (0..<rows).reduce(0) { $0 + pow(Double(x.pointer[$1 * stride + c]), 2) }.squareRoot()
            }
            expectClose(inverse.doubles, lengths.map { 1 / $0 }, R.tolerance, scale: 0, "inverse")
            expectClose(
                unit.doubles, x.doubles.enumerated().map { $1 / lengths[$0 % stride] }, R.tolerance, "unit")
        }
    }

    /// A vector of next to no length is scaled by a constant; one of none stays what it is.
    @Test func tinyVectorsStayShort() {
        let x = Storage<Double>([3e-7, 0] + Array(repeating: 1, count: 14))
        let (unit, inverse) = (Storage<Double>(count: 16), Storage<Double>(count: 16))
        Double.unitColumns(
            x.pointer, rows: 1, stride: 16, least: 1e-12, into: unit.pointer, inverseNorm: inverse.pointer)
        #expect(abs(unit.pointer[0] - 0.3) < 1e-12 && unit.pointer[1] == 0 && unit.pointer[2] == 1)
        let (scratch, gradient) = (Storage<Double>(count: 16), Storage<Double>(count: 16))
        gradient.pointer.update(repeating: 2, count: 16)
        Double.unitColumnsGradient(
            unit: unit.pointer, inverseNorm: inverse.pointer, rows: 1, stride: 16, least: 1e-12,
            scratch: scratch.pointer, gradient: gradient.pointer)
        #expect(abs(gradient.pointer[0] - 2e6) < 1e-3 && abs(gradient.pointer[1] - 2e6) < 1e-3)
        #expect(gradient.pointer[2] == 0)
    }

    @Test func gradientOfUnitVectors() {
        let (rows, stride) = (3, 16)
        var values = Values(5)
        let point = values.list(rows * stride, in: 0.2...1)
        let weights = values.list(rows * stride)
        let (unit, inverse) = (Storage<Double>(count: rows * stride), Storage<Double>(count: stride))
        func units(_ x: [Double]) -> [Double] {
            let x = Storage<Double>(x)
            Double.unitColumns(
                x.pointer, rows: rows, stride: stride, least: 1e-12, into: unit.pointer,
                inverseNorm: inverse.pointer)
            return unit.doubles
        }
        _ = units(point)
        let (scratch, gradient) = (Storage<Double>(count: stride), Storage<Double>(weights))
        Double.unitColumnsGradient(
            unit: unit.pointer, inverseNorm: inverse.pointer, rows: rows, stride: stride, least: 1e-12,
            scratch: scratch.pointer, gradient: gradient.pointer)
        expectGradient(
            gradient.doubles, of: { zip(units($0), weights).reduce(0) { $0 + $1.0 * $1.1 } }, at: point,
            "unit vectors")
    }

    @Test func columnsAtTheirPlaces() {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            var values = Values(4)
            let (rows, columns, stride, first, outStride) = (3, 5, 16, 9, 32)
            let x = Storage<R>(values.batch(rows: rows, columns: columns, stride: stride, padding: .nan))
            x.pointer[0] = -0.0
            let out = Storage<Double>(count: rows * outStride)
            out.pointer.update(repeating: 5, count: out.count)
            R.placeColumns(
                x.pointer, rows: rows, stride: stride, columns: columns, first: first, outStride: outStride,
                into: out.pointer)
            for r in 0..<rows {
                for c in 0..<outStride {
                    let expected =
                        (first..<first + columns).contains(c)
                        ? Double(x.pointer[r * stride + c - first]) : 0
                    #expect(out.pointer[r * outStride + c] == expected)
                }
            }
            // As the sum with a rank that holds another column there.
            #expect(out.pointer[first].sign == .plus)
            let back = Storage<R>(count: out.count)
            R.narrow(out.pointer, into: back.pointer, count: out.count)
            #expect(back.doubles == out.doubles)
        }
    }

    struct Place: Sendable {
        var views: Int
        var columns: Int
        var first: Int
        var scale: Double
    }

    /// Similarities near the largest and the smallest there are, and temperatures from 1 to far below.
    @Test(arguments: [
        Place(views: 2, columns: 2, first: 0, scale: 2), Place(views: 24, columns: 24, first: 0, scale: 1),
        Place(views: 38, columns: 17, first: 3, scale: 2),
        Place(views: 38, columns: 7, first: 31, scale: 500),
        Place(views: 256, columns: 64, first: 128, scale: 2), Place(views: 6, columns: 0, first: 6, scale: 2),
    ]) func lossesAndGradients(_ place: Place) {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            var values = Values(6)
            let (views, columns, first) = (place.views, place.columns, place.first)
            let stride = paddedStride(columns)
            // A symmetric matrix, rounded.
            var whole = (0..<views).map { _ in values.list(views).map { Double(R($0)) } }
            for i in 0..<views { for k in 0..<i { whole[i][k] = whole[k][i] } }
            let similarity = Storage<R>(
                (0..<views * stride).map {
                    $0 % stride < columns ? whole[$0 / stride][first + $0 % stride] : 0.7
                })
            let exact = (0..<views).map { i in
                let terms = (0..<views).filter { $0 != i }.map { place.scale * whole[i][$0] }
                let largest = terms.max()!
                return largest + log(terms.reduce(0) { $0 + exp($1 - largest) })
            }
            let (scratch, own) = (Storage<R>(count: stride), Storage<R>(count: stride))
            R.logDenominators(
                similarity.pointer, views: views, stride: stride, columns: columns, first: first,
                scale: R(place.scale), scratch: scratch.pointer, into: own.pointer)
            let tolerance = R.tolerance * place.scale
            expectClose(
                Array(own.doubles.prefix(columns)), Array(exact[first..<first + columns]), tolerance,
                "denominators")

            let shares = values.list(views, in: 0...1)
            let (denominators, share) = (Storage<R>(exact), Storage<R>(shares))
            let loss = R.contrastGradient(
                similarity.pointer, views: views, stride: stride, columns: columns, first: first,
                scale: R(place.scale), logDenominator: denominators.pointer, share: share.pointer, factor: 3)
            var expectedLoss = 0.0
            var expected = Array(repeating: 0.0, count: views * stride)
            for c in 0..<columns {
                let i = first + c
                let partner = (i + views / 2) % views
                expectedLoss += shares[i] * (exact[i] - place.scale * whole[i][partner])
                for k in 0..<views where k != i {
                    let s = place.scale * whole[i][k]
                    expected[k * stride + c] =
                        3
                        * (shares[i] * exp(s - exact[i]) + shares[k] * exp(s - exact[k])
                            - (k == partner ? shares[i] + shares[k] : 0))
                }
            }
            expectClose([loss], [expectedLoss], tolerance, "loss")
            expectClose(similarity.doubles, expected, 4 * tolerance, "gradient")
        }
    }

    @Test func aNaNStaysVisible() {
        let stride = 16
        let similarity = Storage<Float>(count: 4 * stride)
        similarity.pointer[stride] = .nan
        let (scratch, own) = (Storage<Float>(count: stride), Storage<Float>(count: stride))
        Float.logDenominators(
            similarity.pointer, views: 4, stride: stride, columns: 4, first: 0, scale: 2,
            scratch: scratch.pointer, into: own.pointer)
        #expect(own.pointer[0].isNaN && !own.pointer[1].isNaN)
    }
}
