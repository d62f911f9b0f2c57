// Forwards to C; documented where Real requires it.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CKernels

extension Float {
    public static func filterToSmall(
        _ filtering: MinimalFiltering, weights: UnsafePointer<Self>, bias: UnsafePointer<Self>?,
        large: UnsafePointer<Self>, small: UnsafeMutablePointer<Self>, stride: Int,
        scratch: UnsafeMutablePointer<Self>
    ) {
        withUnsafePointer(to: filtering.geometry) {
            kernels_winograd_to_small_float($0, weights, bias, large, small, stride, scratch)
        }
    }

    public static func filterToLarge(
        _ filtering: MinimalFiltering, weights: UnsafePointer<Self>, bias: UnsafePointer<Self>?,
        small: UnsafePointer<Self>, large: UnsafeMutablePointer<Self>, stride: Int,
        scratch: UnsafeMutablePointer<Self>
    ) {
        withUnsafePointer(to: filtering.geometry) {
            kernels_winograd_to_large_float($0, weights, bias, small, large, stride, scratch)
        }
    }

    public static func filteringWeightGradient(
        _ filtering: MinimalFiltering, large: UnsafePointer<Self>, small: UnsafePointer<Self>,
        sliceColumns: Int, stride: Int, scratch: UnsafeMutablePointer<Self>,
        into gradient: UnsafeMutablePointer<Self>
    ) {
        withUnsafePointer(to: filtering.geometry) {
            kernels_winograd_weight_gradient_float($0, large, small, sliceColumns, stride, scratch, gradient)
        }
    }
}

extension Double {
    public static func filterToSmall(
        _ filtering: MinimalFiltering, weights: UnsafePointer<Self>, bias: UnsafePointer<Self>?,
        large: UnsafePointer<Self>, small: UnsafeMutablePointer<Self>, stride: Int,
        scratch: UnsafeMutablePointer<Self>
    ) {
        withUnsafePointer(to: filtering.geometry) {
            kernels_winograd_to_small_double($0, weights, bias, large, small, stride, scratch)
        }
    }

    public static func filterToLarge(
        _ filtering: MinimalFiltering, weights: UnsafePointer<Self>, bias: UnsafePointer<Self>?,
        small: UnsafePointer<Self>, large: UnsafeMutablePointer<Self>, stride: Int,
        scratch: UnsafeMutablePointer<Self>
    ) {
        withUnsafePointer(to: filtering.geometry) {
            kernels_winograd_to_large_double($0, weights, bias, small, large, stride, scratch)
        }
    }

    public static func filteringWeightGradient(
        _ filtering: MinimalFiltering, large: UnsafePointer<Self>, small: UnsafePointer<Self>,
        sliceColumns: Int, stride: Int, scratch: UnsafeMutablePointer<Self>,
        into gradient: UnsafeMutablePointer<Self>
    ) {
        withUnsafePointer(to: filtering.geometry) {
            kernels_winograd_weight_gradient_double($0, large, small, sliceColumns, stride, scratch, gradient)
        }
    }
}
