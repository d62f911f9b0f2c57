import Glibc
import Store

extension Preparation {
    /// Makes one split of mnist, fashion-mnist or strokes: drawn, or read from the two idx files of the split in
    /// `directory`, named as the publishers do, with or without `.gz`.
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
        if let row = labels.bytes.firstIndex(where: { $0 >= tenClasses.count }) {
            throw DatasetError(
                labels.path, "label \(labels.bytes[row]) in row \(row) is out of range",
                advice: "there are \(tenClasses.count) classes")
        }
        return Dataset(
            bytes: images.bytes, shape: [1] + images.shape[1...], labels: labels.bytes.map(Int32.init),
            classNames: tenClasses, name: rawValue,
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

    /// The names of the ten classes.
    private var tenClasses: [String] {
        self == .fashionMnist
            ? [
                "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
                "Ankle boot",
            ] : (0..<10).map(String.init)
    }
}
