import Images
import Store

/// Pictures in a directory, PNG and JPEG, in the order of their paths; those in sub-directories are labelled by
/// the first of them.
struct PictureRows: RowReader {
    private let directory: String
    private let size: PictureSize?
    private let isGrey: Bool
    /// Paths inside the directory: the ids.
    let paths: [String]
    /// The first directory of each path; `nil` where pictures lie in no sub-directory.
    let labels: EncodedLabels?
    /// Shape of all pictures, from options or the first.
    let shape: [Int]

    var count: Int { paths.count }

    /// Lists the pictures and looks at the first.
    /// - Throws: ``DatasetError`` where there are none, something else lies among them, or only some are in
    ///   sub-directories; `ImageError` where the first cannot be decoded.
    init(_ directory: String, options: SourceOptions) throws {
        guard Directory.exists(directory) else {
            throw DatasetError(
                directory, "there is no such directory", advice: "name one of pictures with --from")
        }
        var paths: [String] = []
        try Self.collect(directory, "", depth: 0, into: &paths)
        guard let first = paths.first else {
            throw DatasetError(
                directory, "there are no pictures in it", advice: "expected are .png, .jpg and .jpeg")
        }
        let folders = paths.map { $0.contains("/") ? String($0.prefix { $0 != "/" }) : nil }
        let labelled = folders.compactMap { $0 }
        if !labelled.isEmpty, let stray = folders.firstIndex(of: nil) {
            throw DatasetError(
                Directory.join(directory, paths[stray]), "this picture is in no sub-directory, others are",
                advice: "sub-directories are labels: use them for all pictures or for none")
        }
        labels = labelled.isEmpty ? nil : try EncodedLabels(labelled, place: directory)
        let image = try Image(contentsOf: Directory.join(directory, first))
        shape = [
            options.isGrey ? 1 : image.channels, options.size?.height ?? image.height,
            options.size?.width ?? image.width,
        ]
        self.directory = directory
        self.paths = paths
        size = options.size
        isGrey = options.isGrey
    }

    private static func collect(
        _ directory: String, _ prefix: String, depth: Int, into paths: inout [String]
    ) throws {
        guard depth < 16 else {
            throw DatasetError(directory, "directories are nested too deeply", advice: "a link may lead back")
        }
        for name in try Directory.list(directory) where name.first != "." {
            let path = Directory.join(directory, name)
            if Directory.exists(path) {
                try collect(path, prefix + name + "/", depth: depth + 1, into: &paths)
            } else if [".png", ".jpg", ".jpeg"].contains(where: name.lowercased().hasSuffix) {
                paths.append(prefix + name)
            } else {
                throw DatasetError(
                    path, "this is no picture", advice: "expected are .png, .jpg and .jpeg alone")
            }
        }
    }

    func forEachBlock(of step: Int, _ body: (SampleBlock.Values) throws -> Void) throws {
        for start in stride(from: 0, to: count, by: step) {
            var bytes: [UInt8] = []
            for path in paths[start..<min(start + step, count)] {
                bytes += try pixels(Directory.join(directory, path))
            }
            try body(.bytes(bytes))
        }
    }

    private func pixels(_ path: String) throws -> [UInt8] {
        var image = try Image(contentsOf: path)
        if shape[0] == 1 && image.channels == 3 && !isGrey {
            throw DatasetError(
                path, "it is in colour, \(paths[0]) is grey", advice: "make all grey with --grey")
        }
        image = shape[0] == 1 ? image.grey() : image.colour()
        if let size { image = image.resized(height: size.height, width: size.width) }
        guard image.height == shape[1], image.width == shape[2] else {
            throw DatasetError(
                path, "it has \(image.height)x\(image.width) pixels, \(paths[0]) has \(shape[1])x\(shape[2])",
                advice: "bring all to one size with --size \(shape[1])x\(shape[2])")
        }
        return image.bytes
    }
}
