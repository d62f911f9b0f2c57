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
