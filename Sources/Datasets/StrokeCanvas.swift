/// A point of a template (in the unit box, y downwards) or of an image (in pixels).
struct StrokePoint {
    var x: Double
    var y: Double
}

/// The distance of each pixel to the nearest stroke, and the ink that follows from it.
struct StrokeCanvas {
    /// Farther than any pen reaches, in pixels.
    private static let reach = 4.0

    private let side: Int
    /// Squared distance to the nearest segment, `[side, side]`, at most the square of `reach`.
    private var squared: [Double]

    init(side: Int) {
        self.side = side
        squared = [Double](repeating: Self.reach * Self.reach, count: side * side)
    }

    /// Takes a segment into account.
    mutating func approach(from start: StrokePoint, to end: StrokePoint) {
        let dx = end.x - start.x
        let dy = end.y - start.y
        let length = dx * dx + dy * dy
        let columns = pixels(min(start.x, end.x), max(start.x, end.x))
        for row in pixels(min(start.y, end.y), max(start.y, end.y)) {
            for column in columns {
                let px = Double(column) - start.x
                let py = Double(row) - start.y
                let along = length > 0 ? min(1, max(0, (px * dx + py * dy) / length)) : 0
                let ex = px - along * dx
                let ey = py - along * dy
                squared[row * side + column] = min(squared[row * side + column], ex * ex + ey * ey)
            }
        }
    }

    /// The pixels within reach of an interval.
    private func pixels(_ low: Double, _ high: Double) -> Range<Int> {
        let first = max(0, Int((low - Self.reach).rounded(.down)))
        let last = min(side - 1, Int((high + Self.reach).rounded(.up)))
        return first..<max(first, last + 1)
    }

    /// Grey values `[side, side]` for a pen of some thickness whose edge is `softness` pixels wide.
    ///
    /// Noise is uniform within ±`noise` where there is ink, and rare specks of that strength elsewhere.
    func ink(
        thickness: Double, softness: Double, strength: Double, noise: Double,
        _ generator: inout StrokeGenerator
    ) -> [UInt8] {
        squared.map { squared in
            let distance = squared.squareRoot()
            let edge = min(1, max(0, 0.5 + (thickness / 2 - distance) / softness))
            let coverage = edge * edge * (3 - 2 * edge)
            let grain = generator.uniform(-noise, noise)
            let speck = generator.integer(below: 32) == 0 ? abs(grain) : 0
            let grey = strength * coverage * (1 + grain) + speck * (1 - coverage)
            return UInt8((255 * min(1, max(0, grey))).rounded())
        }
    }
}
