import CKernels

extension Real {
    /// `out[feature, column] = source[indices[column], feature] * scale` for `column < columns`, 0 beyond.
    ///
    /// Transposes rows as stored, `[samples, features]`, into a batch-innermost matrix `[features, stride]`.
    public static func gather(
        bytes source: UnsafePointer<UInt8>, features: Int, indices: UnsafePointer<Int32>, columns: Int,
        stride: Int, scale: Self, into out: UnsafeMutablePointer<Self>
    ) {
        kernels_gather_bytes(type, source, features, indices, columns, stride, Double(scale), out)
    }

    /// As ``gather(bytes:features:indices:columns:stride:scale:into:)``, from 32-bit floats.
    public static func gather(
        floats source: UnsafePointer<Float>, features: Int, indices: UnsafePointer<Int32>, columns: Int,
        stride: Int, scale: Self, into out: UnsafeMutablePointer<Self>
    ) {
        kernels_gather_floats(type, source, features, indices, columns, stride, Double(scale), out)
    }

    /// As ``gather(bytes:features:indices:columns:stride:scale:into:)``, from numbers of this type.
    public static func gather(
        values source: UnsafePointer<Self>, features: Int, indices: UnsafePointer<Int32>, columns: Int,
        stride: Int, scale: Self, into out: UnsafeMutablePointer<Self>
    ) {
        kernels_gather_values(type, source, features, indices, columns, stride, Double(scale), out)
    }

    /// The way back: `out[column, row] = x[row, column]` for `column < columns`, from `[rows, stride]` to
    /// `[columns, rows]`.
    public static func transpose(
        _ x: UnsafePointer<Self>, rows: Int, columns: Int, stride: Int, into out: UnsafeMutablePointer<Self>
    ) {
        kernels_transpose(type, x, rows, columns, stride, out)
    }
}
