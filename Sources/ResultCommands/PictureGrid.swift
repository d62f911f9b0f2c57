import Checkpoints
import Images

/// Pictures of one shape in rows and columns, enlarged by a whole factor, so that pixels stay squares.
struct PictureGrid {
    /// Pictures in a row.
    let columns: Int
    /// Rows of pictures.
    let rows: Int
    /// Pictures in all; places behind the last are white.
    let count: Int
    /// What sides are multiplied by.
    let factor: Int
    private let channels: Int
    private let sourceHeight: Int
    private let sourceWidth: Int

    /// Height and width of a picture as it is shown.
    var height: Int { sourceHeight * factor }
    var width: Int { sourceWidth * factor }

    /// Pixels that the longer side of a picture has at most where it is enlarged, and that a row of them has.
    private static let (longestSide, longestRow) = (96, 2400)

    /// A grid for `count` pictures.
    ///
    /// - Parameters:
    ///   - shape: `[channels, height, width]` of one.
    ///   - columns: pictures in a row; nil for about as many as rows.
    ///   - advice: what to do where there is no such grid.
    /// - Throws: ``TrainingError`` where samples are no pictures, or too many.
    init(shape: [Int], count: Int, columns: Int? = nil, advice: String) throws {
        guard shape.count == 3, [1, 3].contains(shape[0]) else {
            throw TrainingError("samples of shape \(shape) are no pictures: \(advice)")
        }
        (channels, sourceHeight, sourceWidth) = (shape[0], shape[1], shape[2])
        self.count = count
        let columns = columns ?? min(count, Int(Double(count).squareRoot().rounded(.up)))
        self.columns = columns
        rows = (count + columns - 1) / columns
        guard count <= Image.pixelLimit / ((sourceHeight + 1) * (sourceWidth + 1)) else {
            throw TrainingError(
                "\(count) pictures of \(sourceHeight)x\(sourceWidth) are too many for one sheet: \(advice)")
        }
        let row = columns * (sourceWidth + 1)
        factor = max(
            1,
            min(
                Self.longestSide / max(sourceHeight, sourceWidth), Self.longestRow / row,
                Int((Double(Image.pixelLimit) / Double(rows * (sourceHeight + 1) * row)).squareRoot())))
    }

    /// One of the pictures as it is shown.
    ///
    /// - Parameter values: `[count, channels, height, width]`, 0 black to 1 full; what is outside is cut off.
    func image(_ index: Int, of values: [Float]) -> Image {
        var bytes = [UInt8](repeating: 0, count: channels * height * width)
        draw(index, of: values, into: &bytes, top: 0, left: 0, height: height, width: width)
        return Image(channels: channels, height: height, width: width, bytes: bytes)
    }

    /// All pictures, one white pixel of theirs apart, as a PNG file.
    ///
    /// - Parameter values: `[count, channels, height, width]`, 0 black to 1 full; what is outside is cut off.
    func png(_ values: [Float]) throws -> [UInt8] {
        let fullHeight = (rows * (sourceHeight + 1) - 1) * factor
        let fullWidth = (columns * (sourceWidth + 1) - 1) * factor
        var bytes = [UInt8](repeating: 255, count: channels * fullHeight * fullWidth)
        for index in 0..<count {
            draw(
                index, of: values, into: &bytes, top: index / columns * (height + factor),
                left: index % columns * (width + factor), height: fullHeight, width: fullWidth)
        }
        return try Image(channels: channels, height: fullHeight, width: fullWidth, bytes: bytes).png()
    }

    /// Draws a picture into bytes `[channels, height, width]` at a place.
    private func draw(
        _ index: Int, of values: [Float], into bytes: inout [UInt8], top: Int, left: Int, height: Int,
        width: Int
    ) {
        for channel in 0..<channels {
            for row in 0..<self.height {
                let source = ((index * channels + channel) * sourceHeight + row / factor) * sourceWidth
                let target = (channel * height + top + row) * width + left
                for column in 0..<self.width {
                    let value = values[source + column / factor]
                    // NaN, of a model that diverged, is black.
                    bytes[target + column] = value > 0 ? UInt8(min(value, 1) * 255 + 0.5) : 0
                }
            }
        }
    }
}
