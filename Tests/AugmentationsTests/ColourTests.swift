import Testing

@testable import Augmentations

@Suite struct ColourTests {
    private func changed(_ picture: TestPicture, _ change: ColourChange) -> TestPicture {
        picture.changed {
            $1.update(from: $0, count: picture.shape.count)
            change.apply(to: $1, shape: picture.shape)
        }
    }

    private func grey(_ picture: TestPicture, _ row: Int, _ column: Int) -> Double {
        0.299 * picture.at(0, row, column, fill: 0) + 0.587 * picture.at(1, row, column, fill: 0)
            + 0.114 * picture.at(2, row, column, fill: 0)
    }

    private func expect(
        _ found: TestPicture, of picture: TestPicture, _ expected: (Int, Int, Int) -> Double
    ) {
        for channel in 0..<picture.shape.channels {
            for row in 0..<picture.shape.height {
                for column in 0..<picture.shape.width {
                    let wanted = min(1, max(0, expected(channel, row, column)))
                    #expect(abs(found.at(channel, row, column, fill: 0) - wanted) < 1e-5)
                }
            }
        }
    }

    @Test func nothingChangesNothing() {
        let picture = TestPicture(3, 9, 7)
        for change in [ColourChange.brightness(1), .contrast(1), .saturation(1), .hue(0), .hue(1), .hue(-1)] {
            #expect(changed(picture, change).distance(to: picture) < 2e-6, "\(change)")
        }
    }

    @Test(arguments: [0, 0.6, 1.4]) func factorsAreThose(factor: Double) {
        let picture = TestPicture(3, 9, 7)
        expect(changed(picture, .brightness(factor)), of: picture) {
            factor * picture.at($0, $1, $2, fill: 0)
        }
        expect(changed(picture, .saturation(factor)), of: picture) {
            factor * picture.at($0, $1, $2, fill: 0) + (1 - factor) * grey(picture, $1, $2)
        }
        var mean = 0.0
        for row in 0..<9 { for column in 0..<7 { mean += grey(picture, row, column) / 63 } }
        expect(changed(picture, .contrast(factor)), of: picture) {
            factor * picture.at($0, $1, $2, fill: 0) + (1 - factor) * mean
        }
        let means = (0..<3).map { channel in
            (0..<63).reduce(0) { $0 + picture.at(channel, $1 / 7, $1 % 7, fill: 0) / 63 }
        }
        expect(changed(picture, .channelContrast(factor)), of: picture) {
            factor * picture.at($0, $1, $2, fill: 0) + (1 - factor) * means[$0]
        }
        let one = TestPicture(1, 5, 3)
        let average = one.values.reduce(0) { $0 + Double($1) / 15 }
        expect(changed(one, .contrast(factor)), of: one) {
            factor * one.at($0, $1, $2, fill: 0) + (1 - factor) * average
        }
    }

    /// A third of a turn swaps channels; half a turn is the complement at the same value.
    @Test func huesTurn() {
        let picture = TestPicture(3, 6, 6)
        expect(changed(picture, .hue(1.0 / 3)), of: picture) { picture.at(($0 + 2) % 3, $1, $2, fill: 0) }
        expect(changed(picture, .hue(-1.0 / 3)), of: picture) { picture.at(($0 + 1) % 3, $1, $2, fill: 0) }
        expect(changed(picture, .hue(0.5)), of: picture) { channel, row, column in
            let colour = (0..<3).map { picture.at($0, row, column, fill: 0) }
            return colour.max()! + colour.min()! - colour[channel]
        }
        let flat = TestPicture(3, 2, 2, values: [Float](repeating: 0.4, count: 12))
        #expect(changed(flat, .hue(0.2)).distance(to: flat) == 0)
    }

    /// Against Python's way through HSV.
    @Test(arguments: [-0.1, 0.03, 0.1, 0.45]) func huesAreThoseOfAnOracle(shift: Double) {
        let picture = TestPicture(3, 12, 11, key: 9)
        expect(changed(picture, .hue(shift)), of: picture) { channel, row, column in
            let colour = (0..<3).map { picture.at($0, row, column, fill: 0) }
            let (high, low) = (colour.max()!, colour.min()!)
            let chroma = high - low
            let saturation = chroma / high
            let (r, g, b) = (
                (high - colour[0]) / chroma, (high - colour[1]) / chroma, (high - colour[2]) / chroma
            )
            var hue = colour[0] == high ? b - g : colour[1] == high ? 2 + r - b : 4 + g - r
            hue = hue / 6 + shift
            hue -= hue.rounded(.down)
            let sector = Int(hue * 6)
            let f = hue * 6 - Double(sector)
            let (p, q, t) = (
                high * (1 - saturation), high * (1 - saturation * f), high * (1 - saturation * (1 - f))
            )
            return [
                [high, t, p], [q, high, p], [p, high, t], [p, q, high], [t, p, high], [high, p, q],
            ][
                sector % 6][channel]
        }
    }
}
