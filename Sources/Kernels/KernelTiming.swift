/// How fast one kernel ran at one shape.
public struct KernelTiming: Sendable {
    /// What a kernel is limited by, and so what its rate counts.
    public enum Unit: String, Sendable {
        /// Thousands of millions of floating-point operations a second; a multiply-add is two.
        case gigaflops = "GFLOP/s"
        /// Thousands of millions of bytes a second, each array counted once for each reading or writing.
        case gigabytes = "GB/s"
        /// Thousands of millions of array elements a second.
        case gigaelements = "G elements/s"
    }

    /// The kernel and its shape.
    public let name: String
    /// Median time of one call, in seconds.
    public let medianSeconds: Double
    /// Work per second, in units of ``unit``.
    public let rate: Double
    /// The unit of ``rate``.
    public let unit: Unit
}

/// How fast matrix products run, by the fastest of a few.
public struct ProductSpeed: Sendable {
    /// The fastest product, "1024x1024x1024".
    public let shape: String
    /// Its speed in GFLOP/s; a multiply-add is two operations.
    public let gigaflops: Double
    /// The kernels that OpenBLAS chose for this processor, by its name for them: "SkylakeX".
    ///
    /// A release older than the processor falls back to kernels for narrower vectors ("Haswell": AVX2) and
    /// then runs at half of what the core can do, which makes everything compared with it look good.
    public let kernels: String

    /// A speed that was measured with the kernels of this process.
    public init(shape: String, gigaflops: Double) {
        self.shape = shape
        self.gigaflops = gigaflops
        kernels = matrixKernelsName()
    }
}
