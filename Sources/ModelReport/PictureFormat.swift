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

    /// What sheets are for, and so how pictures give way where there is no room for all.
    enum Choices {
        /// Leaves that have two rows of pictures each.
        case roomy
        /// Leaves in rows of one picture's height.
        case crowded
        /// A single row.
        case row
        /// As many as may be, of any size.
        case many

        /// Longest side in pixels and number of pictures, the best first.
        func sizes(columns: Int) -> [(side: Int, count: Int)] {
            switch self {
            case .roomy, .crowded:
                let most = self == .roomy ? 2 * columns : columns
                return [
                    (64, most), (64, columns), (48, columns), (32, columns), (32, columns / 2),
                    (24, columns / 2), (16, columns / 2),
                ]
            case .row:
                return [(48, columns), (32, columns), (32, columns / 2), (16, columns / 2), (8, columns / 2)]
            case .many:
                return [(32, 8 * columns), (32, 6 * columns), (32, 4 * columns), (24, 3 * columns), (1, 1)]
            }
        }
    }

    /// The most and the largest pictures whose pixels fit the budget in bytes: first they shrink, then there are fewer,
    /// then they shrink further.
    ///
    /// - Parameter sheets: how many sheets there are.
    init(shape: [Int], sheets: Int, choices: Choices, columns: Int, budget: Int) {
        self.shape = shape
        func size(_ side: Int) -> (height: Int, width: Int) {
            let longer = max(shape[1], shape[2])
            guard longer > side else { return (shape[1], shape[2]) }
            return (max(1, shape[1] * side / longer), max(1, shape[2] * side / longer))
        }
        let channels = shape[0] == 1 ? 1 : 3
        let sizes = choices.sizes(columns: columns)
        let (side, count) =
            sizes.first { side, count in
                let (height, width) = size(side)
                return sheets * count * channels * height * width <= budget
            } ?? sizes[sizes.count - 1]
        self.count = count
        self.columns = min(columns, count)
        (height, width) = size(side)
    }

    /// Pictures side by side, `[features]` each in [0, 1]; what is beyond is cut off.
    ///
    /// - Parameter columns: pictures in a row; nil for as many as all sheets have, the last places staying empty.
    func sheet<R: Real>(_ pictures: [[R]], columns: Int? = nil) throws -> PictureSheet {
        let columns = columns ?? self.columns
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

    /// One picture at its size on the sheet.
    private func image<R: Real>(_ values: [R]) -> Image {
        let image = Image(sample: values, shape: shape)
        return (height, width) == (shape[1], shape[2]) ? image : image.resized(height: height, width: width)
    }
}
