import CKernels

// Random numbers by Philox 4x32-10 (Salmon et al. 2011): functions of a key and a counter, without a state.
extension Real {
    /// Standard normals `out[dimension, column]` that depend on nothing but the key and the sample.
    ///
    /// Counter words: `(samples[column], block of four dimensions | node << 8, epoch, stream)`; the four
    /// words of a block become four normals by Box-Muller. Padding columns get 0. At most 1024 dimensions.
    public static func normals(
        key: UInt64, samples: UnsafePointer<Int32>, columns: Int, node: UInt32, epoch: UInt32, stream: UInt32,
        dimensions: Int, stride: Int, into out: UnsafeMutablePointer<Self>
    ) {
        kernels_normals(type, key, samples, columns, node, epoch, stream, dimensions, stride, out)
    }

    /// `count` numbers uniform in `[low, high)`; counter words: `(index / 4, tensor, generation, stream)`.
    public static func uniforms(
        key: UInt64, tensor: UInt32, generation: UInt32, stream: UInt32, low: Self, high: Self,
        into out: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_uniforms(type, key, tensor, generation, stream, Double(low), Double(high), out, count)
    }
}
