import CKernels

// Products of bfloat16, 16 bits of a single-precision number, with sums in single precision. Weights and activations are
// rounded as they are read, to the nearest and ties to even.
//
// A sum takes its terms in pairs, the second of a pair before the first, each with one rounding, as the instructions of
// AVX512-BF16 do; a processor without them computes the same bits, at a third of the speed of single precision.
extension Real {
    /// ``multiplyColumns(weights:outputStep:inputStep:bias:x:inputs:outputs:stride:adds:into:)`` of bfloat16, for a matrix
    /// whose inputs or whose outputs lie together; of `Float` alone.
    ///
    /// `scratch` holds ``mixedScratch`` values.
    public static func multiplyMixedColumns(
        weights: UnsafePointer<Self>, outputStep: Int, inputStep: Int, bias: UnsafePointer<Self>?,
        x: UnsafePointer<Self>, inputs: Int, outputs: Int, stride: Int, adds: Bool,
        scratch: UnsafeMutablePointer<Self>, emulates: Bool = !multipliesPairs,
        into out: UnsafeMutablePointer<Self>
    ) {
        precondition(outputStep == 1 || inputStep == 1, "a matrix with gaps")
        kernels_mixed_multiply_columns(
            !emulates, single(weights), outputStep, inputStep, bias.map(single), single(x), inputs, outputs,
            stride, adds, single(scratch), single(out))
    }

    /// ``multiplyBatches(dy:x:inputs:outputs:sliceColumns:stride:scratch:into:)`` of bfloat16; of `Float` alone.
    ///
    /// `scratch` holds ``mixedScratch(inputs:outputs:stride:)`` values.
    public static func multiplyMixedBatches(
        dy: UnsafePointer<Self>, x: UnsafePointer<Self>, inputs: Int, outputs: Int, sliceColumns: Int,
        stride: Int, scratch: UnsafeMutablePointer<Self>, emulates: Bool = !multipliesPairs,
        into out: UnsafeMutablePointer<Self>
    ) {
        kernels_mixed_multiply_batches(
            !emulates, single(dy), single(x), outputs, inputs, sliceColumns, stride, single(scratch),
            single(out))
    }

    /// Values of working memory for mixed products of columns: a block of weights.
    public static var mixedScratch: Int { 256 * 384 }

    /// Values of working memory for mixed products of batches: both factors, a pair a value.
    public static func mixedScratch(inputs: Int, outputs: Int, stride: Int) -> Int {
        let pairs = paddedStride(stride / 2)
        // The inputs in tiles of up to two vectors.
        return (outputs + columnAlignment + (inputs + 31) / 32 * 32) * pairs
    }

    private static func single(_ pointer: UnsafePointer<Self>) -> UnsafePointer<Float> {
        precondition(type == KERNELS_FLOAT, "bfloat16 is part of a single-precision number")
        return UnsafeRawPointer(pointer).assumingMemoryBound(to: Float.self)
    }

    private static func single(_ pointer: UnsafeMutablePointer<Self>) -> UnsafeMutablePointer<Float> {
        precondition(type == KERNELS_FLOAT, "bfloat16 is part of a single-precision number")
        return UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: Float.self)
    }
}

/// Whether this processor has instructions that multiply pairs of bfloat16.
public let multipliesPairs = kernels_multiplies_pairs()
