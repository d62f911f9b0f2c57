import Bounds

/// How the rows of an array become samples.
///
/// `[n, features]` are flat, `[n, height, width]` pictures of one channel, `[n, channels, height, width]` pictures;
/// where the last of four extents is 1 or 3 and the second is neither, channels come last and are moved.
struct ArrayLayout {
    /// Number of samples.
    let count: Int
    /// Shape of a sample.
    let shape: [Int]
    /// Whether the array has channels last.
    let hasChannelsLast: Bool

    /// Numbers in a sample.
    var features: Int { shape.reduce(1, *) }

    /// - Throws: ``DatasetError`` where an array of that shape cannot be samples.
    init(_ extents: [Int], place: String) throws(DatasetError) {
        guard (2...4).contains(extents.count), extents.dropFirst().allSatisfy({ $0 > 0 }) else {
            throw DatasetError(
                place, "an array of shape \(extents) cannot be samples",
                advice: "expected are [n, features], [n, height, width] or [n, channels, height, width]")
        }
        guard Bounds.count(extents) != nil else {
            throw DatasetError(place, "its shape \(extents) is absurd")
        }
        count = extents[0]
        hasChannelsLast =
            extents.count == 4 && [1, 3].contains(extents[3]) && ![1, 3].contains(extents[1])
        switch extents.count {
        case 2: shape = [extents[1]]
        case 3: shape = [1, extents[1], extents[2]]
        default:
            shape = hasChannelsLast ? [extents[3], extents[1], extents[2]] : Array(extents.dropFirst())
        }
    }

    /// Samples with channels first, from rows as the array has them.
    func arranged<Value>(_ values: [Value]) -> [Value] {
        guard hasChannelsLast, shape[0] > 1 else { return values }
        let area = shape[1] * shape[2]
        var result = values
        for sample in stride(from: 0, to: values.count, by: features) {
            for pixel in 0..<area {
                for channel in 0..<shape[0] {
                    result[sample + channel * area + pixel] = values[sample + pixel * shape[0] + channel]
                }
            }
        }
        return result
    }
}
