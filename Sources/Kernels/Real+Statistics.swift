import CKernels

// From moments to what batch normalisation computes with: a handful of numbers per channel.
extension Real {
    /// Takes the moments of all ranks about the running means, of `count` values a channel.
    ///
    /// `mean` and `inverseDeviation = 1 / sqrt(variance + epsilon)`, with the biased variance, are what
    /// ``normalise(_:channels:pixels:stride:mean:inverseDeviation:scale:shift:slope:into:)`` takes. Of the running
    /// statistics the share `momentum` is kept; the rest is the mean and the unbiased variance.
    public static func batchStatistics(
        moments: UnsafePointer<Double>, count: Double, channels: Int, momentum: Double, epsilon: Double,
        mean: UnsafeMutablePointer<Self>, inverseDeviation: UnsafeMutablePointer<Self>,
        runningMean: UnsafeMutablePointer<Self>, runningVariance: UnsafeMutablePointer<Self>
    ) {
        kernels_batch_statistics(
            type, moments, count, channels, momentum, epsilon, mean, inverseDeviation, runningMean,
            runningVariance)
    }

    /// `mean` and `inverseDeviation` from running statistics.
    public static func runningStatistics(
        runningMean: UnsafePointer<Self>, runningVariance: UnsafePointer<Self>, channels: Int,
        epsilon: Double,
        mean: UnsafeMutablePointer<Self>, inverseDeviation: UnsafeMutablePointer<Self>
    ) {
        kernels_running_statistics(
            type, runningMean, runningVariance, channels, epsilon, mean, inverseDeviation)
    }

    /// `first[c] = moments[2c] * factor`, `second[c] = moments[2c + 1] * factor`.
    public static func splitMoments(
        _ moments: UnsafePointer<Double>, factor: Double, channels: Int,
        first: UnsafeMutablePointer<Self>, second: UnsafeMutablePointer<Self>
    ) {
        kernels_split_moments(type, moments, factor, channels, first, second)
    }
}
