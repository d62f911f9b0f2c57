import CKernels

// The contrastive loss NT-Xent. Similarities are `[views, stride]`: a row for each view of the global batch, a column for
// each of this rank.
extension Real {
    /// `inverseNorm[column] = 1 / sqrt(max(Σ over rows of x[row, column]², least))` and
    /// `unit[row, column] = x[row, column] * inverseNorm[column]`.
    public static func unitColumns(
        _ x: UnsafePointer<Self>, rows: Int, stride: Int, least: Self, into unit: UnsafeMutablePointer<Self>,
        inverseNorm: UnsafeMutablePointer<Self>
    ) {
        kernels_unit_columns(type, x, rows, stride, Double(least), unit, inverseNorm)
    }

    /// From the gradient of `unit` to that of `x`, in place: `(g - unit * Σ over rows of unit * g) * inverseNorm`, and
    /// `g * inverseNorm` where `least` was the larger.
    ///
    /// `scratch` holds `stride` values.
    public static func unitColumnsGradient(
        unit: UnsafePointer<Self>, inverseNorm: UnsafePointer<Self>, rows: Int, stride: Int, least: Self,
        scratch: UnsafeMutablePointer<Self>, gradient: UnsafeMutablePointer<Self>
    ) {
        kernels_unit_columns_gradient(
            type, unit, inverseNorm, rows, stride, Double(least), scratch, gradient)
    }

    /// `out[row, first + column] = x[row, column]` for `column < columns`, 0 elsewhere: this rank's columns at their
    /// places in the global batch, `[rows, outStride]`. The sum over the ranks is the batch of all, exactly.
    public static func placeColumns(
        _ x: UnsafePointer<Self>, rows: Int, stride: Int, columns: Int, first: Int, outStride: Int,
        into out: UnsafeMutablePointer<Double>
    ) {
        kernels_place_columns(type, x, rows, stride, columns, first, outStride, out)
    }

    /// `out[i] = x[i]`, rounded to this type.
    public static func narrow(
        _ x: UnsafePointer<Double>, into out: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_narrow(type, x, out, count)
    }

    /// `out[column] = ln Σ over k ≠ first + column of exp(scale * similarity[k, column])`, with `k < views`.
    ///
    /// Sets the similarities of views with themselves to -∞. `scratch` holds `stride` values.
    public static func logDenominators(
        _ similarity: UnsafeMutablePointer<Self>, views: Int, stride: Int, columns: Int, first: Int,
        scale: Self, scratch: UnsafeMutablePointer<Self>, into out: UnsafeMutablePointer<Self>
    ) {
        kernels_log_denominators(
            type, similarity, views, stride, columns, first, Double(scale), scratch, out)
    }

    /// NT-Xent of this rank's columns, `Σ share[i] * (logDenominator[i] - scale * similarity[partner of i, i])`, where `i`
    /// counts the views of the global batch and the partner of `i` is `(i + views / 2) % views`; follows
    /// ``logDenominators(_:views:stride:columns:first:scale:scratch:into:)``.
    ///
    /// The gradient takes the place of the similarities: `factor` times that of `scale * similarity[k, i]`, which counts
    /// in the losses of both views, on whichever rank. With
    /// `P(k | i) = exp(scale * similarity[k, i] - logDenominator[i])` it is `share[i] * P(k | i) + share[k] * P(i | k)`,
    /// less `share[i] + share[k]` for partners; 0 for a view and itself, and in the padding.
    ///
    /// - Parameter logDenominator, share: of all views of the global batch, `[views]`.
    public static func contrastGradient(
        _ similarity: UnsafeMutablePointer<Self>, views: Int, stride: Int, columns: Int, first: Int,
        scale: Self, logDenominator: UnsafePointer<Self>, share: UnsafePointer<Self>, factor: Self
    ) -> Double {
        kernels_contrast_gradient(
            type, similarity, views, stride, columns, first, Double(scale), logDenominator, share,
            Double(factor))
    }
}
