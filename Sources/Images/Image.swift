/// A picture of bytes, grey or in colour, one plane after the other.
public struct Image: Equatable, Sendable {
    /// 1 for grey, 3 for red, green and blue.
    public let channels: Int
    /// Rows of pixels.
    public let height: Int
    /// Pixels in a row.
    public let width: Int
    /// `[channels, height, width]`, 0 black to 255 full.
    public let bytes: [UInt8]

    /// The most pixels that a file may announce: 100 million, 300 MB in colour.
    public static let pixelLimit = 100_000_000

    /// A picture of given bytes.
    /// - Parameters:
    ///   - channels: 1 or 3.
    ///   - height: Rows, at least 1.
    ///   - width: Columns, at least 1.
    ///   - bytes: `[channels, height, width]`.
    public init(channels: Int, height: Int, width: Int, bytes: [UInt8]) {
        precondition(channels == 1 || channels == 3, "\(channels) channels")
        precondition(height > 0 && width > 0 && bytes.count == channels * height * width, "shape and bytes")
        self.channels = channels
        self.height = height
        self.width = width
        self.bytes = bytes
    }

    /// A picture whose pixels have their channels side by side, as decoders and encoders have them.
    /// - Parameter pixels: `[height, width, channels]`.
    init(channels: Int, height: Int, width: Int, pixels: [UInt8]) {
        self.init(
            channels: channels, height: height, width: width,
            bytes: channels == 1
                ? pixels : Self.transposed(pixels, rows: height * width, columns: channels))
    }

    /// `[height, width, channels]`.
    var pixels: [UInt8] {
        channels == 1 ? bytes : Self.transposed(bytes, rows: channels, columns: height * width)
    }

    /// `[rows, columns]` as `[columns, rows]`.
    private static func transposed(_ matrix: [UInt8], rows: Int, columns: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: matrix.count) { result, initialized in
            matrix.withUnsafeBufferPointer { matrix in
                for row in 0..<rows {
                    for column in 0..<columns { result[column * rows + row] = matrix[row * columns + column] }
                }
            }
            initialized = matrix.count
        }
    }
}
