import CKernels

// Batch normalisation, fused with leaky ReLU.
extension Real {
    /// Moments of each channel about an origin, over pixels and the first `columns`:
    /// `moments[2c] = Σ (x - origin[c])`, `moments[2c + 1] = Σ (x - origin[c])²`.
    ///
    /// Four partial sums in double precision, of sums of a few hundred values in this type. Moments of several ranks add
    /// up. Near an origin at the mean, no digits of the variance are lost to it.
    public static func batchMoments(
        _ x: UnsafePointer<Self>, origin: UnsafePointer<Self>, channels: Int, pixels: Int, columns: Int,
        sliceColumns: Int, stride: Int, into moments: UnsafeMutablePointer<Double>
    ) {
        kernels_batch_moments(type, x, origin, channels, pixels, columns, sliceColumns, stride, moments)
    }

    /// `y = leaky(a * x + b)` with `a = scale * inverseDeviation` and `b = shift - mean * a`, each per channel;
    /// `leaky(t) = t` for `t > 0`, else `slope * t`.
    public static func normalise(
        _ x: UnsafePointer<Self>, channels: Int, pixels: Int, stride: Int,
        mean: UnsafePointer<Self>, inverseDeviation: UnsafePointer<Self>,
        scale: UnsafePointer<Self>, shift: UnsafePointer<Self>, slope: Self,
        into y: UnsafeMutablePointer<Self>
    ) {
        kernels_normalise(
            type, x, channels, pixels, stride, mean, inverseDeviation, scale, shift, Double(slope), y)
    }

    /// With `h` the gradient before the leaky ReLU (`dy` where its argument is positive, `slope * dy` elsewhere) and
    /// `x̂` the normalised input: `moments[2c] = Σ h` and `moments[2c + 1] = Σ h * x̂`, over pixels and the full
    /// stride, in four partial sums. The same sums in this type are the gradients of shift and scale.
    public static func normaliseGradientMoments(
        _ x: UnsafePointer<Self>, dy: UnsafePointer<Self>, channels: Int, pixels: Int, sliceColumns: Int,
        stride: Int,
        mean: UnsafePointer<Self>, inverseDeviation: UnsafePointer<Self>,
        scale: UnsafePointer<Self>, shift: UnsafePointer<Self>, slope: Self,
        into moments: UnsafeMutablePointer<Double>, scaleGradient: UnsafeMutablePointer<Self>,
        shiftGradient: UnsafeMutablePointer<Self>
    ) {
        kernels_normalise_gradient_moments(
            type, x, dy, channels, pixels, sliceColumns, stride, mean, inverseDeviation, scale, shift,
            Double(slope), moments, scaleGradient, shiftGradient)
    }

    /// `dx = scale * inverseDeviation * (h - meanH - x̂ * meanHX)`, with `h` and `x̂` those of
    /// ``normaliseGradientMoments(_:dy:channels:pixels:sliceColumns:stride:mean:inverseDeviation:scale:shift:slope:into:scaleGradient:shiftGradient:)``,
    /// and the two means (moments of all ranks over the number of values) per channel. Padding is set to zero.
    /// `dx` may be `dy`.
    public static func normaliseGradient(
        _ x: UnsafePointer<Self>, dy: UnsafePointer<Self>,
        channels: Int, pixels: Int, columns: Int, stride: Int,
        mean: UnsafePointer<Self>, inverseDeviation: UnsafePointer<Self>,
        scale: UnsafePointer<Self>, shift: UnsafePointer<Self>, slope: Self,
        meanH: UnsafePointer<Self>, meanHX: UnsafePointer<Self>,
        into dx: UnsafeMutablePointer<Self>
    ) {
        kernels_normalise_gradient(
            type, x, dy, channels, pixels, columns, stride, mean, inverseDeviation, scale, shift,
            Double(slope), meanH, meanHX, dx)
    }
}
