import Archives
import Files
import Images
import Store

/// CelebA (Liu, Luo, Wang, Tang 2015): aligned faces, cropped and scaled to 64x64, with forty attributes and
/// without labels. Pictures are read one after the other.
///
/// Of the publisher's three splits the one for validation is left out.
struct CelebASource: SampleSource {
    /// Height and width of the pictures as published.
    static let publishedSize = (height: 218, width: 178)
    /// The face in them, as both reference implementations crop it: a square of 148 pixels.
    static let crop = (top: 40, left: 15, side: 148)
    /// Height and width of samples.
    static let side = 64

    private let pictures: CelebAPictures
    private let resizing: Image.Resizing
    private let faces: [Face]
    private let attributes: CelebAAttributes
    let schema: SampleSchema

    /// One picture that belongs to a split.
    private struct Face {
        let name: String
        let split: Split
    }

    /// Reads the two tables and the names of the pictures.
    /// - Parameter path: directory of `img_align_celeba.zip` or of a directory `img_align_celeba`, and of
    ///   `list_attr_celeba.txt` and `list_eval_partition.txt`.
    /// - Parameter resizing: how the crop becomes smaller.
    /// - Throws: ``DatasetError`` or `ArchiveError` where something is missing or damaged, or they disagree.
    init(name: String, path: String, resizing: Image.Resizing = .antialiased) throws {
        self.resizing = resizing
        guard Directory.exists(path) else {
            throw DatasetError(
                path, "there is no such directory",
                advice: "name the one of img_align_celeba.zip and the two tables with --from")
        }
        pictures = try CelebAPictures(at: path, of: name)
        let table = try PublishedFile.find(["list_attr_celeba.txt"], at: path, of: name)
        let attributes = try CelebAAttributes(table)
        let partition = try PublishedFile.find(["list_eval_partition.txt"], at: path, of: name)
        let splits = try Self.splits(partition)
        let names = try pictures.names(splits.keys)
        let present = Set(names)
        if let missing = splits.keys.filter({ !present.contains($0) }).min() {
            throw DatasetError(
                "\(missing) in \(pictures.path)", "\(partition) names this picture, but it is not there",
                advice: "copy or download it again")
        }
        faces = try names.compactMap { name in
            guard let split = splits[name] else { return nil }
            guard attributes.rows[name] != nil else {
                throw DatasetError(
                    table, "there are no attributes of \(name)", advice: "the table is not whole")
            }
            return Face(name: name, split: split)
        }
        self.attributes = attributes
        var schema = SampleSchema(
            name: name, source: Directory.lastComponent(of: pictures.path), shape: [3, Self.side, Self.side],
            element: .bytes, identity: .texts(faces.map(\.name)))
        schema.attributeNames = attributes.names
        self.schema = schema
    }

    /// The split of each picture of a table of lines like `000001.jpg 0`; 0 and 2 are training and test, 1 is
    /// validation.
    private static func splits(_ path: String) throws -> [String: Split] {
        var splits: [String: Split] = [:]
        var names: Set<String> = []
        for (number, line) in try TextTable.lines(of: path) {
            guard line.count == 2, ["0", "1", "2"].contains(line[1]) else {
                throw DatasetError(
                    path, "line \(number) is not the name of a picture and 0, 1 or 2",
                    advice: "the file is damaged, or not CelebA's")
            }
            guard names.insert(line[0]).inserted else {
                throw DatasetError(path, "line \(number) names \(line[0]) a second time")
            }
            if line[1] != "1" { splits[line[0]] = line[1] == "0" ? .train : .test }
        }
        return splits
    }

    var division: SampleDivision { .given(faces.map(\.split)) }

    func deliver(to sink: (SampleBlock) throws -> Void) throws {
        let step = SampleBlock.rows(of: schema)
        var pixels: [UInt8] = []
        var first = 0
        func flush(upTo end: Int) throws {
            let names = faces[first..<end].map(\.name)
            var block = SampleBlock(.bytes(pixels), ids: .texts(names))
            block.attributes = names.flatMap { attributes.rows[$0]! }
            pixels.removeAll(keepingCapacity: true)
            first = end
            try sink(block)
        }
        var next = 0
        try pictures.read(faces.map(\.name)) { name, place, data in
            guard next < faces.count, faces[next].name == name else { return }
            pixels += try face(Image(decoding: data, named: place), place)
            next += 1
            if next - first == step { try flush(upTo: next) }
        }
        if next > first { try flush(upTo: next) }
    }

    /// The crop of a picture, scaled: `[3, 64, 64]`.
    private func face(_ image: Image, _ place: String) throws(DatasetError) -> [UInt8] {
        let (size, crop) = (Self.publishedSize, Self.crop)
        guard image.height == size.height, image.width == size.width else {
            throw DatasetError(
                place, "the picture has \(image.height)x\(image.width) pixels (height x width)",
                advice: "the aligned ones of CelebA have \(size.height)x\(size.width)")
        }
        return image.cropped(top: crop.top, left: crop.left, height: crop.side, width: crop.side)
            .colour().resized(height: Self.side, width: Self.side, by: resizing).bytes
    }
}
