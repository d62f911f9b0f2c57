import Files
import Images

/// Pictures in a directory, PNG and JPEG, in the order of their paths.
struct PictureRows: RowReader {
    private let directory: String
    private let size: PictureSize?
    private let resizing: Image.Resizing
    private let isGrey: Bool
    /// Which pictures there are.
    let files: PictureFiles
    /// Shape of all pictures, from options or the first.
    let shape: [Int]

    var count: Int { files.paths.count }

    /// Lists the pictures and looks at the first.
    /// - Throws: as ``PictureFiles/init(in:)``; `ImageError` where the first cannot be decoded.
    init(_ directory: String, options: SourceOptions) throws {
        files = try PictureFiles(in: directory)
        let image = try Image(contentsOf: Directory.join(directory, files.paths[0]))
        shape = [
            options.isGrey ? 1 : image.channels, options.size?.height ?? image.height,
            options.size?.width ?? image.width,
        ]
        self.directory = directory
        size = options.size
        resizing = options.resizing ?? .antialiased
        isGrey = options.isGrey
    }

    func forEachBlock(of step: Int, _ body: (SampleBlock.Values) throws -> Void) throws {
        for start in stride(from: 0, to: count, by: step) {
            var bytes: [UInt8] = []
            for path in files.paths[start..<min(start + step, count)] {
                bytes += try pixels(Directory.join(directory, path))
            }
            try body(.bytes(bytes))
        }
    }

    private func pixels(_ path: String) throws -> [UInt8] {
        var image = try Image(contentsOf: path)
        let first = files.paths[0]
        if shape[0] == 1 && image.channels == 3 && !isGrey {
            throw DatasetError(
                path, "it is in colour, \(first) is grey", advice: "make all grey with --grey")
        }
        image = shape[0] == 1 ? image.grey() : image.colour()
        if let size { image = image.resized(height: size.height, width: size.width, by: resizing) }
        guard image.height == shape[1], image.width == shape[2] else {
            throw DatasetError(
                path, "it has \(image.height)x\(image.width) pixels, \(first) has \(shape[1])x\(shape[2])",
                advice: "bring all to one size with --size \(shape[1])x\(shape[2])")
        }
        return image.bytes
    }
}
