import Datasets
import Kernels

/// Copies samples of a data set into a batch-innermost activation.
struct SampleLoader<R: Real> {
    let dataset: Dataset

    /// Writes `[features, stride]`: one column a sample, zeros in the padding.
    ///
    /// - Parameter samples: rows of the data set, `[columns]`.
    func load(_ samples: UnsafePointer<Int32>, columns: Int, into images: UnsafeMutablePointer<R>) {
        let stride = paddedStride(columns)
        if let bytes = dataset.bytes {
            R.gather(
                bytes: bytes, features: dataset.features, indices: samples, columns: columns, stride: stride,
                scale: R(dataset.scale), into: images)
        } else if let floats = dataset.floats {
            R.gather(
                floats: floats, features: dataset.features, indices: samples, columns: columns,
                stride: stride,
                scale: R(dataset.scale), into: images)
        }
    }
}
