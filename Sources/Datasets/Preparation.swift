import Glibc
import Store

/// The data sets that can be prepared as shards.
public enum Preparation: String, CaseIterable, Sendable {
    /// Handwritten digits, 28x28 grey.
    case mnist
    /// Pictures of clothes, 28x28 grey.
    case fashionMnist = "fashion-mnist"
    /// Digits drawn by ``Strokes``, 28x28 grey.
    case strokes

    /// Whether the samples come from files of the user's.
    public var needsFiles: Bool { self != .strokes }

    /// The names of the ten classes.
    private var classNames: [String] {
        switch self {
        case .mnist, .strokes: (0..<10).map(String.init)
        case .fashionMnist:
            [
                "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
                "Ankle boot",
            ]
        }
    }

    /// Whether the publisher says which samples are for tests; the others are one pool, to be divided.
    public var hasOwnSplits: Bool {
        switch self {
        case .mnist, .fashionMnist, .strokes: true
        }
    }

    /// Opens the files at `path`, so far that their samples can be described and counted.
    /// - Parameters:
    ///   - path: a file or directory; `nil` for what is made without files.
    ///   - progress: is told of what takes long.
    /// - Throws: ``DatasetError`` or `StoreError` where files are missing, damaged, or disagree.
    public func source(
        from path: String?, progress: @escaping PreparationProgress.Handler = { _ in }
    ) throws -> any SampleSource {
        switch self {
        case .mnist, .fashionMnist, .strokes:
            DatasetSource(train: try load(.train, from: path), test: try load(.test, from: path))
        }
    }

    /// Makes one split: drawn, or read from the two idx files of the split in `directory`, named as the
    /// publishers do, with or without `.gz`.
    /// - Throws: ``DatasetError`` where files are missing, damaged, or disagree.
    public func load(_ split: Split, from directory: String?) throws -> Dataset {
        guard needsFiles else { return Strokes.generate(split: split) }
        guard let directory, Directory.exists(directory) else {
            throw DatasetError(
                directory ?? rawValue, "there is no directory to read from",
                advice: "give the directory of the four idx files with --from")
        }
        let prefix = split == .train ? "train" : "t10k"
        let images = try IdxFile(path: locate("\(prefix)-images-idx3-ubyte", in: directory), dimensions: 3)
        let labels = try IdxFile(path: locate("\(prefix)-labels-idx1-ubyte", in: directory), dimensions: 1)
        guard images.shape[0] == labels.shape[0] else {
            throw DatasetError(
                images.path,
                "\(images.shape[0]) images, but \(labels.shape[0]) labels in \(labels.path)",
                advice: "the two files do not belong together")
        }
        guard images.shape.allSatisfy({ $0 > 0 }) else {
            throw DatasetError(images.path, "it holds no images: \(images.shape)")
        }
        if let row = labels.bytes.firstIndex(where: { $0 >= classNames.count }) {
            throw DatasetError(
                labels.path, "label \(labels.bytes[row]) in row \(row) is out of range",
                advice: "there are \(classNames.count) classes")
        }
        return Dataset(
            bytes: images.bytes, shape: [1] + images.shape[1...], labels: labels.bytes.map(Int32.init),
            classNames: classNames, name: rawValue,
            source: "\(Directory.lastComponent(of: images.path)), \(Directory.lastComponent(of: labels.path))"
        )
    }

    private func locate(_ name: String, in directory: String) throws -> String {
        let candidates = [name + ".gz", name].map { Directory.join(directory, $0) }
        guard let path = candidates.first(where: { access($0, F_OK) == 0 }) else {
            throw DatasetError(
                candidates[1], "neither this file nor \(name).gz is there",
                advice: "\(rawValue) is four files: train and t10k, images-idx3-ubyte and labels-idx1-ubyte")
        }
        return path
    }
}
