import CKernels

// Convolution of many channels.
extension Real {
    /// The small map of a convolution from its large one, by ``MinimalFiltering``: a plain convolution forward, and the
    /// data gradient of a transposed one. A column's result does not depend on the columns beside it.
    ///
    /// Weights are `[small channels, large channels, kernel, kernel]`, as a plain and a transposed convolution both store
    /// them; `scratch` holds ``MinimalFiltering/scratch`` values.
    public static func filterToSmall(
        _ filtering: MinimalFiltering, weights: UnsafePointer<Self>, bias: UnsafePointer<Self>?,
        large: UnsafePointer<Self>, small: UnsafeMutablePointer<Self>, stride: Int,
        scratch: UnsafeMutablePointer<Self>
    ) {
        kernels_winograd_to_small(type, filtering.geometry, weights, bias, large, small, stride, scratch)
    }

    /// The large map from the small one: a transposed convolution forward, and the data gradient of a plain one. Weights
    /// and scratch are those of ``filterToSmall(_:weights:bias:large:small:stride:scratch:)``.
    public static func filterToLarge(
        _ filtering: MinimalFiltering, weights: UnsafePointer<Self>, bias: UnsafePointer<Self>?,
        small: UnsafePointer<Self>, large: UnsafeMutablePointer<Self>, stride: Int,
        scratch: UnsafeMutablePointer<Self>
    ) {
        kernels_winograd_to_large(type, filtering.geometry, weights, bias, small, large, stride, scratch)
    }

    /// The gradient of the weights, in their layout, from the values of one map and the gradient of the other: sums over
    /// the full stride, in four partial sums.
    public static func filteringWeightGradient(
        _ filtering: MinimalFiltering, large: UnsafePointer<Self>, small: UnsafePointer<Self>,
        sliceColumns: Int, stride: Int, scratch: UnsafeMutablePointer<Self>,
        into gradient: UnsafeMutablePointer<Self>
    ) {
        kernels_winograd_weight_gradient(
            type, filtering.geometry, large, small, sliceColumns, stride, scratch, gradient)
    }
}
