import Datasets

/// A small data set of 28x28 images in four classes: a bar on the left, right, top or bottom, with noise.
public enum Pictures {
    /// Writes shards of `train` and `test` images into `directory`, which must be new.
    ///
    /// - Parameters:
    ///   - test: 0 for a data set without a test split.
    ///   - floats: whether they are stored as 32-bit floats in [0, 1] rather than as bytes.
    public static func write(
        to directory: String, train: Int = 300, test: Int = 90, labelled: Bool = true, floats: Bool = false,
        name: String = "pictures"
    ) throws {
        try ShardWriter.write(
            train: images(train, key: 1, labelled: labelled, floats: floats, name: name),
            test: images(max(2, test), key: 2, labelled: labelled, floats: floats, name: name), to: directory,
            shards: 2)
        guard test == 0 else { return }
        for index in 0..<2 { removeFile("\(directory)/test-0000\(index)-of-00002.h5") }
    }

    /// Images whose noise depends on `key`.
    public static func images(_ count: Int, key: Int, labelled: Bool, floats: Bool, name: String = "pictures")
        -> Dataset
    {
        var values: [UInt8] = []
        for image in 0..<count {
            let label = image % 4
            let shift = Int(2 + 2 * number(image, key: key))
            for row in 0..<28 {
                for column in 0..<28 {
                    let place = [column, 27 - column, row, 27 - row][label] - shift
                    let ink = (2..<9).contains(place) ? 190.0 : 20.0
                    values.append(UInt8(ink + 20 * number(image * 784 + row * 28 + column, key: key)))
                }
            }
        }
        let labels = labelled ? (0..<count).map { Int32($0 % 4) } : nil
        let names = labelled ? ["left", "right", "top", "bottom"] : []
        return floats
            ? Dataset(
                floats: values.map { Float($0) / 255 }, shape: [1, 28, 28], labels: labels, classNames: names,
                name: name,
                source: "made by a test")
            : Dataset(
                bytes: values, shape: [1, 28, 28], labels: labels, classNames: names, name: name,
                source: "made by a test")
    }
}
