import Files

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
        let images = try IdxFile(path: locate(split, "images-idx3-ubyte", in: directory), dimensions: 3)
        let labels = try IdxFile(path: locate(split, "labels-idx1-ubyte", in: directory), dimensions: 1)
        guard images.shape[0] == labels.shape[0] else {
            throw DatasetError(
                images.path,
                "\(images.shape[0]) images, but \(labels.shape[0]) labels in \(labels.path)",
                advice: "the two files do not belong together")
        }
        guard images.shape.allSatisfy({ $0 > 0 }) else {
            throw DatasetError(images.path, "it holds no images: \(images.shape)")
        }
        let (classes, names) = try classes(labels, in: directory)
        return Dataset(
            bytes: images.bytes, shape: [1] + images.shape[1...], labels: classes, classNames: names,
            name: rawValue,
            source: "\(Directory.lastComponent(of: images.path)), \(Directory.lastComponent(of: labels.path))"
        )
    }

    /// Labels from 0 and what they stand for: ten classes, or where MNIST's files hold others, as those of EMNIST do,
    /// the labels of the training split.
    private func classes(_ labels: IdxFile, in directory: String) throws -> (labels: [Int32], names: [String])
    {
        func outOfRange(_ row: Int, _ advice: String) -> DatasetError {
            DatasetError(
                labels.path, "label \(labels.bytes[row]) in row \(row) is out of range", advice: advice)
        }
        let known = try IdxFile(path: locate(.train, "labels-idx1-ubyte", in: directory), dimensions: 1)
        guard self == .mnist, known.bytes.contains(where: { $0 >= tenClasses.count }) else {
            if let row = labels.bytes.firstIndex(where: { $0 >= tenClasses.count }) {
                throw outOfRange(row, "there are \(tenClasses.count) classes")
            }
            return (labels.bytes.map(Int32.init), tenClasses)
        }
        let names = Set(known.bytes).sorted()
        var classOfLabel = [Int32](repeating: -1, count: 256)
        for (index, name) in names.enumerated() { classOfLabel[Int(name)] = Int32(index) }
        if let row = labels.bytes.firstIndex(where: { classOfLabel[Int($0)] < 0 }) {
            throw outOfRange(row, "\(known.path) has no such label")
        }
        return (labels.bytes.map { classOfLabel[Int($0)] }, names.map { String($0) })
    }

    /// The file of a split whose name ends as MNIST's do, with the split before: EMNIST's have more in front.
    private func locate(_ split: Split, _ ending: String, in directory: String) throws -> String {
        let splits = split == .train ? ["train"] : ["t10k", "test"]
        let found = try Directory.list(directory).filter { name in
            splits.contains { split in
                ["-", "."].contains { separator in
                    // Some archives have a point where others have a hyphen.
                    let name = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
                    let wanted = split + "-" + ending.replacing("-idx", with: separator + "idx")
                    return name == wanted || name.hasSuffix("-" + wanted)
                }
            }
        }
        // Beside a file that was decompressed its archive may lie.
        guard let name = found.first(where: { $0.hasSuffix(".gz") }) ?? found.first else {
            let name = "\(splits[0])-\(ending)"
            throw DatasetError(
                Directory.join(directory, name), "neither this file nor \(name).gz is there",
                advice: "\(rawValue) is four files: train and t10k, images-idx3-ubyte and labels-idx1-ubyte")
        }
        guard Set(found.map { $0.hasSuffix(".gz") ? String($0.dropLast(3)) : $0 }).count == 1 else {
            throw DatasetError(
                directory,
                "there are several files of \(splits[0])-\(ending): \(found.joined(separator: ", "))",
                advice: "keep those of one data set in a directory")
        }
        return Directory.join(directory, name)
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
