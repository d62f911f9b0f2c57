/// One way to write a digit: control points in the unit box, y downwards, and the strokes through them.
///
/// Strokes share points where they meet, so that jitter does not tear them apart.
struct StrokeTemplate {
    /// A stroke through control points, named by their index.
    enum Stroke {
        /// Straight from point to point.
        case line([Int])
        /// A smooth curve through the points, ending in the first and the last.
        case curve([Int])
        /// A smooth curve through the points and back to the first.
        case loop([Int])
    }

    let points: [StrokePoint]
    let strokes: [Stroke]

    init(_ points: [(x: Double, y: Double)], _ strokes: Stroke...) {
        self.points = points.map { StrokePoint(x: $0.x, y: $0.y) }
        self.strokes = strokes
    }
}

extension StrokeTemplate.Stroke {
    /// Straight pieces of a curve between two control points.
    private static let pieces = 6

    /// The stroke as a chain of straight pieces.
    func path(through points: [StrokePoint]) -> [StrokePoint] {
        switch self {
        case .line(let indices):
            return indices.map { points[$0] }
        case .curve(let indices):
            let inner = indices.map { points[$0] }
            return Self.spline([inner[0]] + inner + [inner[inner.count - 1]])
        case .loop(let indices):
            let inner = indices.map { points[$0] }
            return Self.spline([inner[inner.count - 1]] + inner + [inner[0], inner[1]])
        }
    }

    /// The Catmull-Rom spline through all points but the first and the last, which give directions alone.
    private static func spline(_ points: [StrokePoint]) -> [StrokePoint] {
        var path = [points[1]]
        for index in 1..<points.count - 2 {
            let (before, start, end, after) = (
                points[index - 1], points[index], points[index + 1], points[index + 2]
            )
            for piece in 1...pieces {
                let t = Double(piece) / Double(pieces)
                func blend(_ a: Double, _ b: Double, _ c: Double, _ d: Double) -> Double {
                    let cubic = t * (3 * b - 3 * c + d - a)
                    let quadratic = 2 * a - 5 * b + 4 * c - d
                    return b + 0.5 * t * (c - a + t * (quadratic + cubic))
                }
                path.append(
                    StrokePoint(
                        x: blend(before.x, start.x, end.x, after.x),
                        y: blend(before.y, start.y, end.y, after.y)))
            }
        }
        return path
    }
}

extension StrokeTemplate {
    /// The styles of each digit.
    static let digits: [[StrokeTemplate]] = [
        [
            StrokeTemplate(
                [
                    (0.50, 0.00), (0.86, 0.14), (0.98, 0.50), (0.86, 0.86), (0.50, 1.00), (0.14, 0.86),
                    (0.02, 0.50), (0.14, 0.14),
                ],
                .loop([0, 1, 2, 3, 4, 5, 6, 7]))
        ],
        [
            StrokeTemplate([(0.50, 0.00), (0.50, 0.50), (0.50, 1.00)], .curve([0, 1, 2])),
            StrokeTemplate(
                [(0.52, 0.00), (0.52, 0.50), (0.52, 1.00), (0.34, 0.16)], .curve([0, 1, 2]), .line([3, 0])),
        ],
        [
            StrokeTemplate(
                [
                    (0.06, 0.26), (0.25, 0.05), (0.60, 0.00), (0.88, 0.20), (0.78, 0.48), (0.42, 0.76),
                    (0.04, 1.00), (1.00, 1.00),
                ],
                .curve([0, 1, 2, 3, 4, 5, 6]), .line([6, 7]))
        ],
        [
            StrokeTemplate(
                [
                    (0.06, 0.00), (0.92, 0.00), (0.40, 0.40), (0.86, 0.52), (0.94, 0.82), (0.48, 1.00),
                    (0.02, 0.88),
                ],
                .line([0, 1, 2]), .curve([2, 3, 4, 5, 6]))
        ],
        [
            StrokeTemplate(
                [(0.60, 0.00), (0.00, 0.70), (1.00, 0.70), (0.66, 0.34), (0.66, 1.00)],
                .line([0, 1, 2]), .line([3, 4]))
        ],
        [
            StrokeTemplate(
                [
                    (0.94, 0.00), (0.18, 0.00), (0.12, 0.44), (0.52, 0.38), (0.92, 0.54), (0.92, 0.82),
                    (0.50, 1.00), (0.02, 0.90),
                ],
                .line([0, 1, 2]), .curve([2, 3, 4, 5, 6, 7]))
        ],
        [
            StrokeTemplate(
                [
                    (0.74, 0.00), (0.34, 0.22), (0.08, 0.62), (0.18, 0.92), (0.52, 1.00), (0.88, 0.90),
                    (0.90, 0.66), (0.56, 0.54), (0.12, 0.74),
                ],
                .curve([0, 1, 2, 3, 4, 5, 6, 7, 8]))
        ],
        [
            StrokeTemplate([(0.02, 0.00), (1.00, 0.00), (0.36, 1.00)], .line([0, 1, 2])),
            StrokeTemplate(
                [(0.02, 0.00), (1.00, 0.00), (0.62, 0.46), (0.44, 1.00)], .line([0, 1]), .curve([1, 2, 3])),
        ],
        [
            StrokeTemplate(
                [
                    (0.50, 0.00), (0.84, 0.10), (0.82, 0.36), (0.50, 0.48), (0.18, 0.36), (0.16, 0.10),
                    (0.92, 0.62), (0.90, 0.90), (0.50, 1.00), (0.10, 0.90), (0.08, 0.62),
                ],
                .loop([0, 1, 2, 3, 4, 5]), .loop([3, 6, 7, 8, 9, 10]))
        ],
        [
            StrokeTemplate(
                [
                    (0.90, 0.24), (0.54, 0.00), (0.12, 0.08), (0.08, 0.38), (0.50, 0.50), (0.88, 0.62),
                    (0.62, 0.98), (0.08, 0.92),
                ],
                .loop([0, 1, 2, 3, 4]), .curve([0, 5, 6, 7]))
        ],
    ]
}
