// Forwards to C; documented where Real requires it.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CKernels

extension Float {
    public static func batchStatistics(
        moments: UnsafePointer<Double>, count: Double, channels: Int, momentum: Double, epsilon: Double,
        mean: UnsafeMutablePointer<Self>, inverseDeviation: UnsafeMutablePointer<Self>,
        runningMean: UnsafeMutablePointer<Self>, runningVariance: UnsafeMutablePointer<Self>
    ) {
        kernels_batch_statistics_float(
            moments, count, channels, momentum, epsilon, mean, inverseDeviation, runningMean, runningVariance)
    }

    public static func runningStatistics(
        runningMean: UnsafePointer<Self>, runningVariance: UnsafePointer<Self>, channels: Int,
        epsilon: Double,
        mean: UnsafeMutablePointer<Self>, inverseDeviation: UnsafeMutablePointer<Self>
    ) {
        kernels_running_statistics_float(
            runningMean, runningVariance, channels, epsilon, mean, inverseDeviation)
    }

    public static func splitMoments(
        _ moments: UnsafePointer<Double>, factor: Double, channels: Int,
        first: UnsafeMutablePointer<Self>, second: UnsafeMutablePointer<Self>
    ) {
        kernels_split_moments_float(moments, factor, channels, first, second)
    }
}

extension Double {
    public static func batchStatistics(
        moments: UnsafePointer<Double>, count: Double, channels: Int, momentum: Double, epsilon: Double,
        mean: UnsafeMutablePointer<Self>, inverseDeviation: UnsafeMutablePointer<Self>,
        runningMean: UnsafeMutablePointer<Self>, runningVariance: UnsafeMutablePointer<Self>
    ) {
        kernels_batch_statistics_double(
            moments, count, channels, momentum, epsilon, mean, inverseDeviation, runningMean, runningVariance)
    }

    public static func runningStatistics(
        runningMean: UnsafePointer<Self>, runningVariance: UnsafePointer<Self>, channels: Int,
        epsilon: Double,
        mean: UnsafeMutablePointer<Self>, inverseDeviation: UnsafeMutablePointer<Self>
    ) {
        kernels_running_statistics_double(
            runningMean, runningVariance, channels, epsilon, mean, inverseDeviation)
    }

    public static func splitMoments(
        _ moments: UnsafePointer<Double>, factor: Double, channels: Int,
        first: UnsafeMutablePointer<Self>, second: UnsafeMutablePointer<Self>
    ) {
        kernels_split_moments_double(moments, factor, channels, first, second)
    }
}
