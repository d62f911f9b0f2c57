@testable import Augmentations

/// A picture to change.
struct TestPicture {
    let shape: PictureShape
    var values: [Float]

    /// Values between 0 and 1 without a pattern.
    init(_ channels: Int, _ height: Int, _ width: Int, key: UInt32 = 1) {
        shape = PictureShape([channels, height, width])!
        var generator = key
        values = (0..<shape.count).map { _ in
            generator = generator &* 1_664_525 &+ 1_013_904_223
            return Float(generator >> 8) / Float(1 << 24)
        }
    }

    /// A picture of given values.
    init(_ channels: Int, _ height: Int, _ width: Int, values: [Float]) {
        shape = PictureShape([channels, height, width])!
        self.values = values
    }

    /// The value at a place; `fill` outside.
    func at(_ channel: Int, _ row: Int, _ column: Int, fill: Double) -> Double {
        guard (0..<shape.height).contains(row), (0..<shape.width).contains(column) else { return fill }
        return Double(values[(channel * shape.height + row) * shape.width + column])
    }

    /// What `body` writes, given this picture.
    func changed(_ body: (UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void) -> TestPicture {
        var result = self
        values.withUnsafeBufferPointer { source in
            result.values.withUnsafeMutableBufferPointer { body(source.baseAddress!, $0.baseAddress!) }
        }
        return result
    }

    /// What an augmentation makes of it.
    func augmented(_ augmentation: some Augmentation, sample: Int32 = 0, view: Int = 0) -> TestPicture {
        var draws = UniformDraws(key: 11, sample: sample, view: view, epoch: 2, stream: 8)
        var scratch = [Float](repeating: .nan, count: shape.count)
        return changed { source, result in
            scratch.withUnsafeMutableBufferPointer {
                augmentation.apply(
                    source, shape: shape, draws: &draws, scratch: $0.baseAddress!, into: result)
            }
        }
    }

    /// The largest difference of a value.
    func distance(to other: TestPicture) -> Float {
        zip(values, other.values).map { abs($0 - $1) }.max() ?? 0
    }
}
