import CKernels

/// Numbers too small for a full mantissa, below 1.2e-38 in single precision.
///
/// The gradients of leaves that a sample hardly reaches are such numbers. On Intel's processors each operation on one
/// takes a hundred and more cycles, and a training falls to a tenth of its speed. They count nothing beside the others,
/// so every thread of a program that links this module takes them for zero, from its start.
package enum Denormals {
    /// Whether the calling thread takes them for zero.
    package static var areFlushed: Bool { kernels_flushes_denormals() != 0 }

    /// Runs `body` with denormal numbers kept in this thread, as the standard of floating-point arithmetic has them: what
    /// a test compares with.
    package static func kept<Result>(_ body: () throws -> Result) rethrows -> Result {
        kernels_set_flushing(0)
        defer { kernels_set_flushing(1) }
        return try body()
    }

    /// How many there are in a buffer.
    package static func count<R: Real>(in values: Storage<R>) -> Int {
        // By the bits: comparisons take a denormal number for zero.
        UnsafeBufferPointer(start: values.pointer, count: values.count).count { $0.isSubnormal }
    }
}
