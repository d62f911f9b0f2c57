import CKernels

/// A floating-point type that the kernels are compiled for: `Float` to train, `Double` to check.
///
/// Each function in the files `Real+Topic.swift` is one kernel. It hands its arguments to a loop in C, which has one name
/// for both types and takes any pointer for an array; what the arrays must be is checked here.
///
/// Arrays are batch innermost: a matrix is `[rows, stride]`, a feature map `[channels, pixels, stride]`, where `stride`
/// is the number of samples on this rank rounded up to ``columnAlignment`` and the first `columns` of them hold samples.
/// Two rules keep the padding harmless:
///
/// - padding of an *activation* is finite but meaningless, so whatever sums activations over the batch
///   takes `columns` and looks at nothing else;
/// - padding of a *gradient* is zero, so products and sums over the batch may run over the full stride.
///
/// Sums over the batch are made of four *partial sums*: of the batch's slices, `sliceColumns` columns each, slice `i` is
/// added to partial sum `i % 4`, and the four are added pairwise. Ranks that hold whole slices and add up their results
/// pairwise then go through the same additions as one rank that holds them all, and find the same bits.
///
/// Kernels allocate nothing. Shapes are checked where layers are wired, not here.
public protocol Real: BinaryFloatingPoint, Sendable, LosslessStringConvertible {
    /// This type, as the kernels know it.
    static var kernelType: KernelType { get }
}

/// A type that the kernels are compiled for.
public struct KernelType: Sendable {
    fileprivate let inC: kernels_type
}

extension Float: Real {
    /// Single precision.
    public static var kernelType: KernelType { KernelType(inC: KERNELS_FLOAT) }
}

extension Double: Real {
    /// Double precision.
    public static var kernelType: KernelType { KernelType(inC: KERNELS_DOUBLE) }
}

extension Real {
    /// The first argument of every kernel.
    static var type: kernels_type { kernelType.inC }
}

/// Columns are padded to a multiple of this many samples, so that no kernel has a tail.
public let columnAlignment = 16

/// `columns` rounded up to ``columnAlignment``; at least one block, so that an empty share is still a shape.
public func paddedStride(_ columns: Int) -> Int {
    max(columnAlignment, (columns + columnAlignment - 1) / columnAlignment * columnAlignment)
}
