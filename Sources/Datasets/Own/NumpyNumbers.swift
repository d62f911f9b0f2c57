import Files
import Store

/// An array of numbers in double precision as an npy file.
public enum NumpyNumbers {
    /// Writes an array whole or not at all, for `numpy.load`.
    ///
    /// - Parameter values: in C order, as many as the shape says.
    /// - Throws: `StoreError` where it cannot be written.
    public static func write(_ values: [Double], shape: [Int], to path: String) throws(StoreError) {
        precondition(values.count == shape.reduce(1, *), "as many values as the shape says")
        var bytes = NumpyHeader.text(type: "<f8", shape: shape)
        values.map { $0.bitPattern.littleEndian }.withUnsafeBytes { bytes += $0 }
        try AtomicFile.write(bytes, to: path)
    }
}
