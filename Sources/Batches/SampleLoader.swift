import Datasets
import Kernels

/// Copies samples that are in memory into a batch-innermost activation.
struct SampleLoader<R: Real> {
    private let bytes: UnsafePointer<UInt8>?
    private let floats: UnsafePointer<Float>?
    private let features: Int
    private let scale: R

    /// Loads from a data set that is held in memory, which has to outlive the loader.
    init(dataset: Dataset) {
        precondition(dataset.stored == nil, "samples that stay in their files are loaded by a SamplePass")
        self.init(bytes: dataset.bytes, floats: dataset.floats, dataset)
    }

    /// Loads from a block of a data set's rows, which has to outlive the loader.
    init(_ block: RowBlock, of dataset: Dataset) {
        self.init(bytes: block.bytes, floats: block.floats, dataset)
    }

    private init(bytes: UnsafePointer<UInt8>?, floats: UnsafePointer<Float>?, _ dataset: Dataset) {
        self.bytes = bytes
        self.floats = floats
        features = dataset.features
        scale = R(dataset.scale)
    }

    /// Writes `[features, stride]`: one column a sample, zeros in the padding.
    ///
    /// - Parameter rows: where the samples are in the memory, `[columns]`.
    func load(_ rows: UnsafePointer<Int32>, columns: Int, into images: UnsafeMutablePointer<R>) {
        let stride = paddedStride(columns)
        if let bytes {
            R.gather(
                bytes: bytes, features: features, indices: rows, columns: columns, stride: stride,
                scale: scale, into: images)
        } else if let floats {
            R.gather(
                floats: floats, features: features, indices: rows, columns: columns, stride: stride,
                scale: scale, into: images)
        }
    }

    /// Writes one sample as it is stored, but scaled: `[features]`.
    ///
    /// - Parameter row: where it is in the memory.
    func load(row: Int32, into values: UnsafeMutablePointer<Float>) {
        let start = Int(row) * features
        let scale = Float(self.scale)
        if let bytes {
            for feature in 0..<features { values[feature] = Float(bytes[start + feature]) * scale }
        } else if let floats {
            for feature in 0..<features { values[feature] = floats[start + feature] * scale }
        }
    }
}
