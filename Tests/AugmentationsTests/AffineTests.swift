import Foundation
import Testing

@testable import Augmentations

@Suite struct AffineTests {
    private static let still = AffineAugmentation(
        rotation: 0, shift: 0, zoom: 0, zoomsPerAxis: true, shear: 0, fill: 1, isBilinear: true)
    private static let omniglot = AffineAugmentation(
        rotation: 10, shift: 2, zoom: 0.1, zoomsPerAxis: true, shear: 0.01, fill: 1, isBilinear: true)

    private func sampled(
        _ picture: TestPicture, _ map: AffineMap, isBilinear: Bool = true, fill: Float = 1
    ) -> TestPicture {
        picture.changed {
            map.sample($0, shape: picture.shape, isBilinear: isBilinear, fill: fill, into: $1)
        }
    }

    private func map(
        rotation: Double = 0, shift: (row: Double, column: Double) = (0, 0), shear: Double = 0,
        zoom: (row: Double, column: Double) = (1, 1)
    ) -> AffineMap { AffineMap(rotation: rotation, shift: shift, shear: shear, zoom: zoom) }

    @Test(arguments: [true, false]) func nothingChangesNothing(isBilinear: Bool) {
        for picture in [TestPicture(1, 28, 28), TestPicture(3, 7, 12), TestPicture(2, 1, 1)] {
            var still = Self.still
            still.isBilinear = isBilinear
            #expect(picture.augmented(still).values == picture.values)
        }
    }

    /// A mark moves against the shift of the places that are sampled; what comes in is white.
    @Test(arguments: [true, false]) func shiftsMoveMarks(isBilinear: Bool) {
        var picture = TestPicture(1, 5, 6, values: [Float](repeating: 0.5, count: 30))
        picture.values[2 * 6 + 3] = 0
        let moved = sampled(picture, map(shift: (1, -2)), isBilinear: isBilinear)
        for row in 0..<5 {
            for column in 0..<6 {
                let expected: Double = row == 4 || column < 2 ? 1 : (row, column) == (1, 5) ? 0 : 0.5
                #expect(moved.at(0, row, column, fill: .nan) == expected)
            }
        }
        // Half a pixel is half of either neighbour.
        let half = sampled(picture, map(shift: (0, 0.5)))
        #expect(half.values[2 * 6 + 2] == 0.25 && half.values[2 * 6 + 3] == 0.25)
    }

    /// Sampling along a quarter turn: the result's top right is the source's top left, or bottom right.
    @Test(arguments: [true, false]) func quarterTurns(isBilinear: Bool) {
        let picture = TestPicture(2, 9, 9)
        let turned = sampled(picture, map(rotation: 90), isBilinear: isBilinear, fill: 0)
        for channel in 0..<2 {
            for row in 0..<9 {
                for column in 0..<9 {
                    // From the centre: source row = -column, source column = row.
                    let expected = picture.at(channel, 8 - column, row, fill: 0)
                    #expect(abs(turned.at(channel, row, column, fill: 0) - expected) < 1e-5)
                }
            }
        }
    }

    @Test func zoomsStretchTheGrid() {
        // A zoom of 2 samples every other pixel, each axis its own.
        let picture = TestPicture(1, 5, 5)
        let smaller = sampled(picture, map(zoom: (2, 1)), fill: 0.25)
        for row in 0..<5 {
            for column in 0..<5 {
                #expect(
                    smaller.at(0, row, column, fill: 0)
                        == picture.at(0, 2 + 2 * (row - 2), column, fill: 0.25))
            }
        }
    }

    /// Against a plain program of the documented map in double precision.
    @Test(arguments: [true, false]) func mapsAreThoseOfAnOracle(isBilinear: Bool) {
        for (index, extent) in [(28, 28), (5, 17), (16, 3)].enumerated() {
            let picture = TestPicture(2, extent.0, extent.1, key: UInt32(index + 5))
            let (rotation, shear) = (13.0 * Double(index + 1), 4.0)
            let (shift, zoom) = ((row: 1.3, column: -2.6), (row: 0.8, column: 1.15))
            let found = sampled(
                picture, map(rotation: rotation, shift: shift, shear: shear, zoom: zoom),
                isBilinear: isBilinear, fill: 0.75)
            var compared = 0
            for channel in 0..<2 {
                for row in 0..<extent.0 {
                    for column in 0..<extent.1 {
                        let (centreY, centreX) = (Double(extent.0 - 1) / 2, Double(extent.1 - 1) / 2)
                        let zoomed = (
                            (Double(row) - centreY) * zoom.row, (Double(column) - centreX) * zoom.column
                        )
                        let slant = shear * .pi / 180
                        let sheared = (zoomed.0 - sin(slant) * zoomed.1, cos(slant) * zoomed.1)
                        let shifted = (sheared.0 + shift.row, sheared.1 + shift.column)
                        let angle = rotation * .pi / 180
                        let y = cos(angle) * shifted.0 - sin(angle) * shifted.1 + centreY
                        let x = sin(angle) * shifted.0 + cos(angle) * shifted.1 + centreX
                        func value(_ row: Double, _ column: Double) -> Double {
                            picture.at(channel, Int(row), Int(column), fill: 0.75)
                        }
                        let expected: Double
                        if isBilinear {
                            let (top, left) = (floor(y), floor(x))
                            expected =
                                (top + 1 - y)
                                * ((left + 1 - x) * value(top, left) + (x - left) * value(top, left + 1))
                                + (y - top)
                                * ((left + 1 - x) * value(top + 1, left) + (x - left)
                                    * value(top + 1, left + 1))
                        } else {
                            // Rounding decides between two pixels that are as near.
                            guard abs(y - floor(y) - 0.5) > 1e-4, abs(x - floor(x) - 0.5) > 1e-4 else {
                                continue
                            }
                            expected = value(y.rounded(), x.rounded())
                        }
                        compared += 1
                        #expect(abs(found.at(channel, row, column, fill: 0) - expected) < 1e-4)
                    }
                }
            }
            #expect(compared > picture.shape.count * 9 / 10)
        }
    }

    /// A map that leads far away finds nothing but what is outside.
    @Test func farIsOutside() {
        let picture = TestPicture(1, 8, 8)
        for shift in [100.0, -1e9, 1e30] {
            let found = sampled(picture, map(shift: (shift, 0)))
            #expect(found.values.allSatisfy { $0 == 1 })
        }
    }

    @Test func drawnMapsFillTheirRanges() {
        var rotations: [Double] = []
        var zooms: [(Double, Double)] = []
        var shifts: [Double] = []
        for sample in 0..<2000 {
            var draws = UniformDraws(key: 3, sample: Int32(sample), view: 0, epoch: 1, stream: 8)
            let map = Self.omniglot.map(&draws)
            rotations.append(atan2(map.matrix.columnRow, map.matrix.rowRow) * 180 / .pi)
            zooms.append(
                (
                    hypot(map.matrix.rowRow, map.matrix.columnRow),
                    hypot(map.matrix.rowColumn, map.matrix.columnColumn)
                ))
            // The shift before the rotation.
            let angle = -rotations[sample] * .pi / 180
            shifts.append(cos(angle) * map.shift.row - sin(angle) * map.shift.column)
        }
        #expect(rotations.allSatisfy { abs($0) <= 10 } && rotations.max()! > 9.9 && rotations.min()! < -9.9)
        #expect(shifts.allSatisfy { abs($0) <= 2 } && shifts.max()! > 1.98 && shifts.min()! < -1.98)
        for zoom in [zooms.map(\.0), zooms.map(\.1)] {
            #expect(
                zoom.allSatisfy { abs($0 - 1) <= 0.1 + 1e-12 } && zoom.max()! > 1.099 && zoom.min()! < 0.901)
        }
        #expect(zooms.contains { abs($0.0 - $0.1) > 0.15 })
        var same = Self.omniglot
        same.zoomsPerAxis = false
        var draws = UniformDraws(key: 3, sample: 1, view: 0, epoch: 1, stream: 8)
        let map = same.map(&draws)
        #expect(
            abs(
                hypot(map.matrix.rowRow, map.matrix.columnRow)
                    - hypot(map.matrix.rowColumn, map.matrix.columnColumn)) < 1e-12)
    }

    @Test func viewsAndSamplesDifferAndStayInRange() {
        let picture = TestPicture(1, 28, 28)
        let changed = [(0, 0), (0, 1), (1, 0)].map {
            picture.augmented(Self.omniglot, sample: Int32($0), view: $1)
        }
        for (one, other) in [(0, 1), (0, 2), (1, 2)] {
            #expect(changed[one].distance(to: changed[other]) > 0.1)
        }
        #expect(changed.allSatisfy { $0.values.allSatisfy { (0...1).contains($0) } })
        #expect(picture.augmented(Self.omniglot, sample: 1).values == changed[2].values)
    }
}
