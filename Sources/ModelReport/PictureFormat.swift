import Checkpoints
import Images
import Kernels
import Report

/// How many pictures of which size a page has room for.
struct PictureFormat {
    /// Channels, height and width of a sample.
    let shape: [Int]
    /// Pictures on a sheet.
    let count: Int
    /// Pictures in a row.
    let columns: Int
    /// Height and width of a picture on a sheet.
    let height: Int
    let width: Int

    /// The most and the largest pictures whose pixels fit the budget in bytes: first they shrink to 64 pixels, then
    /// there are fewer, then they shrink further.
    init(shape: [Int], leaves: Int, columns: Int, budget: Int) {
        self.shape = shape
        func size(_ side: Int) -> (height: Int, width: Int) {
            let longer = max(shape[1], shape[2])
            guard longer > side else { return (shape[1], shape[2]) }
            return (max(1, shape[1] * side / longer), max(1, shape[2] * side / longer))
        }
        // Of many leaves each has a row of one picture's height.
        let most = leaves > 60 ? columns : 2 * columns
        let choices = [
            (64, most), (64, columns), (48, columns), (32, columns), (32, columns / 2), (24, columns / 2),
            (16, columns / 2),
        ]
        let channels = shape[0] == 1 ? 1 : 3
        let (side, count) =
            choices.first { side, count in
                let (height, width) = size(side)
                return 2 * leaves * count * channels * height * width <= budget
            } ?? choices[choices.count - 1]
        self.count = count
        self.columns = min(columns, count)
        (height, width) = size(side)
    }

    /// Pictures side by side, `[features]` each in [0, 1]; what is beyond is cut off.
    func sheet<R: Real>(_ pictures: [[R]]) throws -> PictureSheet {
        let rows = (pictures.count + columns - 1) / columns
        let channels = shape[0] == 1 ? 1 : 3
        let (sheetHeight, sheetWidth) = (rows * height, columns * width)
        // Places without a picture are in between of black and white.
        var bytes = [UInt8](repeating: 128, count: channels * sheetHeight * sheetWidth)
        for (place, values) in pictures.enumerated() {
            let picture = image(values)
            let (top, left) = (place / columns * height, place % columns * width)
            for channel in 0..<channels {
                for row in 0..<height {
                    let source = (channel * height + row) * width
                    let target = (channel * sheetHeight + top + row) * sheetWidth + left
                    bytes.replaceSubrange(
                        target..<target + width, with: picture.bytes[source..<source + width])
                }
            }
        }
        let sheet = Image(channels: channels, height: sheetHeight, width: sheetWidth, bytes: bytes)
        return PictureSheet(
            columns: columns, count: pictures.count, width: width, height: height, png: try sheet.png())
    }

    /// One picture at its size on the sheet: grey where it has one channel, else the first three, or the first
    /// thrice.
    private func image<R: Real>(_ values: [R]) -> Image {
        let area = shape[1] * shape[2]
        let planes = shape[0] == 1 ? [0] : shape[0] >= 3 ? [0, 1, 2] : [0, 0, 0]
        let bytes = planes.flatMap { plane in
            values[plane * area..<(plane + 1) * area].map { value in
                let scaled = Double(value) * 255
                return scaled.isNaN ? 0 : UInt8(max(0, min(255, scaled.rounded())))
            }
        }
        let image = Image(channels: planes.count, height: shape[1], width: shape[2], bytes: bytes)
        return (height, width) == (shape[1], shape[2]) ? image : image.resized(height: height, width: width)
    }
}
