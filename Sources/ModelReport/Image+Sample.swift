import Images
import Kernels

extension Image {
    /// A sample as a picture: grey where it has one channel, else the first three, or the first thrice.
    ///
    /// - Parameters:
    ///   - values: `[features]` in [0, 1]; what is beyond is cut off, NaN is black.
    ///   - shape: `[channels, height, width]`.
    init<R: Real>(sample values: [R], shape: [Int]) {
        let area = shape[1] * shape[2]
        let planes = shape[0] == 1 ? [0] : shape[0] >= 3 ? [0, 1, 2] : [0, 0, 0]
        let bytes = planes.flatMap { plane in
            values[plane * area..<(plane + 1) * area].map { value in
                let scaled = Double(value) * 255
                return scaled.isNaN ? 0 : UInt8(max(0, min(255, scaled.rounded())))
            }
        }
        self.init(channels: planes.count, height: shape[1], width: shape[2], bytes: bytes)
    }
}
