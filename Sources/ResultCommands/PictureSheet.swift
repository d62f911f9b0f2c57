import Checkpoints
import Images

/// Pictures of one shape in rows and columns, a pixel of white between them.
struct PictureSheet {
    private let channels: Int
    private let height: Int
    private let width: Int
    private let count: Int
    private let columns: Int

    /// A sheet for `count` pictures.
    ///
    /// - Parameters:
    ///   - shape: `[channels, height, width]` of one.
    ///   - columns: pictures in a row; nil for about as many as rows.
    ///   - advice: what to do where there is no such sheet.
    /// - Throws: ``TrainingError`` where samples are no pictures, or too many.
    init(shape: [Int], count: Int, columns: Int? = nil, advice: String) throws {
        guard shape.count == 3, [1, 3].contains(shape[0]) else {
            throw TrainingError("samples of shape \(shape) are no pictures: \(advice)")
        }
        (channels, height, width) = (shape[0], shape[1], shape[2])
        self.count = count
        self.columns = columns ?? min(count, Int(Double(count).squareRoot().rounded(.up)))
        guard count <= Image.pixelLimit / ((height + 1) * (width + 1)) else {
            throw TrainingError(
                "\(count) pictures of \(height)x\(width) are too many for one sheet: \(advice)")
        }
    }

    /// The sheet as a PNG file.
    ///
    /// - Parameter values: `[count, channels, height, width]`, 0 black to 1 full; what is outside is cut off.
    func png(_ values: [Float]) throws -> [UInt8] {
        let rows = (count + columns - 1) / columns
        let (fullHeight, fullWidth) = (rows * (height + 1) - 1, columns * (width + 1) - 1)
        var bytes = [UInt8](repeating: 255, count: channels * fullHeight * fullWidth)
        for index in 0..<count {
            let (top, left) = (index / columns * (height + 1), index % columns * (width + 1))
            for channel in 0..<channels {
                for row in 0..<height {
                    let source = ((index * channels + channel) * height + row) * width
                    let target = (channel * fullHeight + top + row) * fullWidth + left
                    for column in 0..<width {
                        let value = values[source + column]
                        // NaN, of a model that diverged, is black.
                        bytes[target + column] = value > 0 ? UInt8(min(value, 1) * 255 + 0.5) : 0
                    }
                }
            }
        }
        return try Image(channels: channels, height: fullHeight, width: fullWidth, bytes: bytes).png()
    }
}
