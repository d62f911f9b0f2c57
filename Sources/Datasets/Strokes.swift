/// The embedded data set: 28x28 grey images of the ten digits, drawn from jittered strokes.
///
/// Each image takes a template of its digit, moves every control point a little, runs smooth curves
/// through them, bends, slants, turns, scales and shifts the whole, and draws it with a pen of some
/// thickness and softness. The images are the same on every machine, bit for bit: they are made with
/// integers and with additions, multiplications, divisions and square roots alone, which IEEE 754 rounds
/// exactly, and with none of the mathematical functions whose last bit differs between libraries.
public enum Strokes {
    /// Height and width of an image.
    static let side = 28

    /// The number of samples in a split: 4,000 to train, 1,000 to test.
    public static func count(_ split: Split) -> Int { split == .train ? 4000 : 1000 }

    /// Draws a split; sample `i` shows the digit `i % 10`.
    ///
    /// The numbers behind a sample depend on the seed, the split and the sample alone.
    public static func generate(split: Split, seed: UInt64 = 1) -> Dataset {
        let count = count(split)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * side * side)
        for index in 0..<count {
            var generator = StrokeGenerator(seed: seed, split: split, index: index)
            bytes += draw(digit: index % 10, &generator)
        }
        return Dataset(
            bytes: bytes, shape: [1, side, side], labels: (0..<count).map { Int32($0 % 10) },
            classNames: (0..<10).map(String.init), name: "strokes",
            source: "drawn by treevae-dist, seed \(seed)")
    }

    /// One image of a digit, `[side, side]`.
    private static func draw(digit: Int, _ generator: inout StrokeGenerator) -> [UInt8] {
        precondition(StrokeTemplate.digits.count == 10, "one list of styles for each digit")
        let styles = StrokeTemplate.digits[digit]
        let template = styles[generator.integer(below: styles.count)]
        let points = template.points.map { point in
            StrokePoint(x: point.x + generator.bell(0.05), y: point.y + generator.bell(0.04))
        }

        // From the unit box of the template to pixels.
        let size = 1 + generator.bell(0.12)
        let height = 18.5 * size
        let width = 12 * size * (1 + generator.bell(0.15))
        let slant = generator.uniform(-0.2, 0.2)
        let turn = generator.bell(0.1)
        let bend = generator.bell(0.12)
        let shift = StrokePoint(x: generator.uniform(-1.4, 1.4), y: generator.uniform(-1.4, 1.4))
        // The rotation by twice the angle whose tangent is turn / 2, exact without sine or cosine.
        let scale = 1 / (1 + turn * turn / 4)
        let cosine = (1 - turn * turn / 4) * scale
        let sine = turn * scale
        let centre = Double(side - 1) / 2
        func place(_ point: StrokePoint) -> StrokePoint {
            let v = point.y - 0.5
            let u = point.x - 0.5 + bend * (4 * v * v - 0.5)
            let y = v * height
            let x = u * width - slant * y
            return StrokePoint(
                x: centre + shift.x + cosine * x - sine * y, y: centre + shift.y + sine * x + cosine * y)
        }

        var canvas = StrokeCanvas(side: side)
        for stroke in template.strokes {
            let path = stroke.path(through: points).map(place)
            for (start, end) in zip(path, path.dropFirst()) { canvas.approach(from: start, to: end) }
        }
        return canvas.ink(
            thickness: generator.uniform(1.5, 2.5), softness: generator.uniform(0.8, 1.5),
            strength: generator.uniform(0.85, 1), noise: 0.1, &generator)
    }
}
