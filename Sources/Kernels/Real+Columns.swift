import CKernels

extension Real {
    /// `out[row, column] = x[row, places[column]]` for `column < columns`, 0 beyond: some samples of `x`
    /// `[rows, stride]` as a matrix of their own, `[rows, outStride]`.
    public static func gatherColumns(
        _ x: UnsafePointer<Self>, rows: Int, stride: Int, places: UnsafePointer<Int32>, columns: Int,
        outStride: Int, into out: UnsafeMutablePointer<Self>
    ) {
        kernels_gather_columns(type, x, rows, stride, places, columns, outStride, out)
    }

    /// The way back: `out[row, places[column]] += x[row, column]` for `column < columns`, from `[rows, stride]`
    /// to `[rows, outStride]`. Places are distinct.
    public static func addColumns(
        _ x: UnsafePointer<Self>, rows: Int, stride: Int, places: UnsafePointer<Int32>, columns: Int,
        outStride: Int, to out: UnsafeMutablePointer<Self>
    ) {
        kernels_add_columns(type, x, rows, stride, places, columns, outStride, out)
    }
}
