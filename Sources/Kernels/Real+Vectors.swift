import CKernels

extension Real {
    /// `y[i] += x[i]`.
    public static func add(_ x: UnsafePointer<Self>, to y: UnsafeMutablePointer<Self>, count: Int) {
        kernels_add(type, x, y, count)
    }

    /// `out[i] = a[i] * b[i]`.
    public static func multiply(
        _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_multiply(type, a, b, out, count)
    }

    /// `out[i] += a[i] * b[i]`.
    public static func multiplyAdd(
        _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_multiply_add(type, a, b, out, count)
    }

    /// `x[i] *= factor`.
    public static func scale(_ x: UnsafeMutablePointer<Self>, by factor: Self, count: Int) {
        kernels_scale(type, x, Double(factor), count)
    }

    /// `out[i] = factor * x[i]`.
    public static func scaled(
        _ x: UnsafePointer<Self>, factor: Self, into out: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_scaled(type, x, Double(factor), out, count)
    }

    /// `out[i] = x[i] + factor * y[i]`; `out` may be `x` or `y`.
    public static func addScaled(
        _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>, factor: Self,
        into out: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_add_scaled(type, x, y, Double(factor), out, count)
    }

    /// `y[i] = max(0, x[i])`; NaN stays. `y` may be `x`.
    public static func rectified(
        _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_rectified(type, x, y, count)
    }

    /// The way back: `dx[i] = dy[i]` where `y[i] > 0`, else 0. `dx` may be `dy`.
    public static func rectifiedGradient(
        _ y: UnsafePointer<Self>, _ dy: UnsafePointer<Self>, into dx: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_rectified_gradient(type, y, dy, dx, count)
    }

    /// The sum of `x`, accumulated in double precision.
    public static func sum(_ x: UnsafePointer<Self>, count: Int) -> Double {
        kernels_sum(type, x, count)
    }

    /// `Σ a[i] * b[i]`, accumulated in double precision.
    public static func dot(_ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, count: Int) -> Double {
        kernels_dot(type, a, b, count)
    }

    /// How many entries of `x` are no numbers, or not smaller than the bound in magnitude.
    public static func countBeyond(_ bound: Self, _ x: UnsafePointer<Self>, count: Int) -> Int {
        kernels_count_beyond(type, x, Double(bound), count)
    }

    /// `out[channel] = Σ over pixels and the full stride of gradient`, in four partial sums of double precision.
    public static func rowSums(
        _ gradient: UnsafePointer<Self>, channels: Int, pixels: Int, sliceColumns: Int, stride: Int,
        into out: UnsafeMutablePointer<Self>
    ) {
        kernels_row_sums(type, gradient, channels, pixels, sliceColumns, stride, out)
    }
}
