import CKernels

/// A convolution of many channels on square maps, computed with fewer multiplications than its formula has (Winograd;
/// Lavin and Gray 2016). `winograd.inc.h` says how.
///
/// Of the two maps the small one is the output of a plain convolution and the input of a transposed one. Results differ
/// from the formula's by roundings: in single precision about 1e-5 of the largest value with 6 points, 1e-6 with 4.
public struct MinimalFiltering: Sendable {
    let geometry: kernels_filtering
    /// Values that its kernels write besides their results.
    public let scratch: Int

    /// Nothing where the kernels cannot do it (fewer than 32 channels of a map, or no multiple of 16), or would not
    /// multiply less.
    ///
    /// - Parameters:
    ///   - smallSide: side of the small map.
    ///   - largeSide: side of the large map.
    ///   - kernel: side of the kernel.
    ///   - step: pixels of the large map for one of the small.
    ///   - padding: zeros around the large map.
    ///   - taps: of the convolution's ``TapTable``.
    public init?(
        largeSide: Int, smallSide: Int, kernel: Int, step: Int, padding: Int, largeChannels: Int,
        smallChannels: Int, taps: TapTable
    ) {
        guard min(largeChannels, smallChannels) >= 32, largeChannels % 16 == 0, smallChannels % 16 == 0
        else { return nil }
        let phases = step * step
        let perSide = (kernel + step - 1) / step
        // The kernels have tiles of 2 to 5 pixels; a phase is at most four.
        let choices = [4, 6].filter { (2...5).contains($0 - perSide + 1) && perSide >= 2 && phases <= 4 }
        // Products of two numbers for a pair of channels.
        func products(_ points: Int) -> Int {
            let tile = points - perSide + 1
            let side = (smallSide + tile - 1) / tile * points
            return side * side * phases
        }
        // Transformations of 6 points take more additions, and more of the second-level cache.
        func cost(_ points: Int) -> Double { Double(products(points)) * (points == 6 ? 1.3 : 1) }
        guard let points = choices.min(by: { cost($0) < cost($1) }), products(points) < taps.taps
        else { return nil }

        geometry = kernels_filtering(
            large_side: largeSide, small_side: smallSide, kernel: kernel, step: step, padding: padding,
            large_channels: largeChannels, small_channels: smallChannels, points: points)
        // Weights in order and at points, or four partial sums of gradients and one of them at points; and a tile of at
        // most 32 columns, before and after its products.
        let (pairs, channels) = (
            phases * largeChannels * smallChannels, phases * largeChannels + smallChannels
        )
        let tile = points - perSide + 1
        scratch =
            pairs * (points * points + 4 * perSide * perSide) + 32
            * (points * points * (channels + 2) + tile * tile * smallChannels)
    }
}
