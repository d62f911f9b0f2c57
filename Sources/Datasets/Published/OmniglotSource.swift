import Archives
import Files
import Images

/// Omniglot (Lake, Salakhutdinov, Tenenbaum 2015) at 28x28, held in memory: handwritten characters of fifty
/// alphabets, which are the labels.
///
/// The two archives, "background" and "evaluation", are one pool, in the order of characters and of those who
/// drew them; each character is a stratum of its division. Paper stays white, 255.
struct OmniglotSource: SampleSource {
    /// The five alphabets of Omniglot-5, by label.
    static let five = ["Braille", "Glagolitic", "Old_Church_Slavonic_(Cyrillic)", "Oriya", "Bengali"]
    /// The archives, in the order of their alphabets.
    static let archives = ["images_background", "images_evaluation"]
    /// Height and width of the pictures as published.
    static let publishedSide = 105
    /// Height and width of samples.
    static let side = 28

    private let drawings: [OmniglotDrawing]
    private let labels: [Int32]
    let schema: SampleSchema

    /// Reads both archives.
    /// - Parameters:
    ///   - name: name of the data set.
    ///   - path: directory of `images_background.zip` and `images_evaluation.zip`.
    ///   - alphabets: those that are wanted, by label; `nil` for all, the background ones first, each by name.
    ///   - resizing: how pictures become small.
    ///   - progress: is told of the pictures read.
    /// - Throws: ``DatasetError``, `ArchiveError` or `ImageError` where an archive is missing or damaged, or a
    ///   picture is not what it should be.
    init(
        name: String, path: String, alphabets: [String]? = nil, resizing: Image.Resizing = .antialiased,
        progress: PreparationProgress.Handler
    ) throws {
        var drawings: [OmniglotDrawing] = []
        var all: [String] = []
        for archive in Self.archives {
            guard Directory.exists(path) else {
                throw DatasetError(
                    path, "there is no such directory",
                    advice: "name the one of images_background.zip and images_evaluation.zip with --from")
            }
            let file = try PublishedFile.find([archive + ".zip"], at: path, of: name)
            let before = drawings.count
            try Self.read(file, folder: archive, alphabets: alphabets, resizing: resizing) { drawing in
                drawings.append(drawing)
                progress(PreparationProgress("reading", done: drawings.count, of: 0, unit: "drawings"))
            }
            // By their bytes, as `ls` in the C locale would.
            all += Set(drawings[before...].map(\.alphabet)).sorted {
                $0.utf8.lexicographicallyPrecedes($1.utf8)
            }
        }
        drawings.sort { ($0.character, $0.drawer) < ($1.character, $1.drawer) }
        for (drawing, next) in zip(drawings, drawings.dropFirst())
        where (drawing.character, drawing.drawer) == (next.character, next.drawer) {
            throw DatasetError(
                "\(next.path) in \(path)", "this drawing is there twice, also as \(drawing.path)")
        }
        let classNames = alphabets ?? all
        for alphabet in classNames where !all.contains(alphabet) {
            throw DatasetError(
                path, "there are no drawings of \(alphabet)", advice: "the archives are not whole")
        }
        let label = Dictionary(
            zip(classNames, 0..<Int32(classNames.count)), uniquingKeysWith: { first, _ in first })
        self.labels = drawings.map { label[$0.alphabet]! }
        self.drawings = drawings
        schema = SampleSchema(
            name: name, source: Self.archives.map { $0 + ".zip" }.joined(separator: ", "),
            shape: [1, Self.side, Self.side], element: .bytes, identity: .texts(drawings.map(\.path)),
            isLabelled: true, classNames: classNames)
    }

    private static func read(
        _ file: String, folder: String, alphabets: [String]?, resizing: Image.Resizing,
        body: (OmniglotDrawing) -> Void
    ) throws {
        let archive = try Archive(path: file, limits: ArchiveLimits(member: 1 << 20, total: 1 << 28))
        while let member = try archive.next() {
            if PublishedFile.isClutter(member.path) { continue }
            guard var drawing = OmniglotDrawing(path: member.path, folder: folder) else {
                throw DatasetError(
                    "\(member.path) in \(file)", "this is no drawing of Omniglot",
                    advice: "expected are \(folder)/ALPHABET/characterNN/NNNN_NN.png")
            }
            if let alphabets, !alphabets.contains(drawing.alphabet) { continue }
            let place = "\(member.path) in \(file)"
            let image = try Image(decoding: archive.read(), named: place)
            guard image.height == publishedSide, image.width == publishedSide else {
                throw DatasetError(
                    place, "the picture has \(image.height)x\(image.width) pixels",
                    advice: "those of Omniglot have \(publishedSide)x\(publishedSide)")
            }
            drawing.pixels = image.grey().resized(height: side, width: side, by: resizing).bytes
            body(drawing)
        }
    }

    var division: SampleDivision {
        .pool(count: drawings.count, strata: drawings.map { Int32($0.character) })
    }

    func deliver(to sink: (SampleBlock) throws -> Void) throws {
        let step = SampleBlock.rows(of: schema)
        for start in stride(from: 0, to: drawings.count, by: step) {
            let rows = start..<min(start + step, drawings.count)
            try sink(
                SampleBlock(
                    .bytes(drawings[rows].flatMap(\.pixels)), ids: .texts(drawings[rows].map(\.path)),
                    labels: Array(labels[rows])))
        }
    }
}
