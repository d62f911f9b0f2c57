import CKernels

/// For each place along one axis of a resampled picture, the pixels that it is a weighted sum of.
struct PixelTaps {
    /// `[taps, extent]`.
    private(set) var pixels: [Int32]
    /// `[taps, extent]`, adding up to 1 at each place.
    private(set) var weights: [Float]

    /// Pixels that a place is made of.
    static var count: Int { Int(KERNELS_TAPS) }

    /// Stretches the part of an axis from `low` to `high` over all of it, as Pillow's `resize` with a box does:
    /// pixel centres lie at halves, and what would be outside of the picture is left out.
    ///
    /// - Parameters:
    ///   - extent: pixels of the axis.
    ///   - isMirrored: whether the result runs from `high` to `low`.
    ///   - kernel: how pixels near a place count.
    init(extent: Int, low: Double, high: Double, isMirrored: Bool, kernel: Kernel) {
        pixels = Array(repeating: 0, count: Self.count * extent)
        weights = Array(repeating: 0, count: Self.count * extent)
        let step = (high - low) / Double(extent)
        for place in 0..<extent {
            let centre = low + (Double(isMirrored ? extent - 1 - place : place) + 0.5) * step
            let first = Int((centre - Double(kernel.support) + 0.5).rounded(.down))
            let inside = (first..<first + 2 * kernel.support).clamped(to: 0..<extent)
            func value(_ pixel: Int) -> Double { kernel.weight(at: Double(pixel) + 0.5 - centre) }
            let sum = inside.reduce(0) { $0 + value($1) }
            for (tap, pixel) in inside.enumerated() {
                pixels[tap * extent + place] = Int32(pixel)
                weights[tap * extent + place] = Float(value(pixel) / sum)
            }
        }
    }

    /// How much a pixel counts by its distance.
    enum Kernel: Sendable {
        /// A triangle.
        case bilinear
        /// The cubic convolution kernel of Keys (1981) with a = -1/2, which Pillow has.
        case bicubic

        /// Pixels to either side that count.
        var support: Int {
            switch self {
            case .bilinear: 1
            case .bicubic: 2
            }
        }

        /// The weight of a pixel at a distance of at most ``support``.
        func weight(at distance: Double) -> Double {
            let x = abs(distance)
            switch self {
            case .bilinear: return max(0, 1 - x)
            case .bicubic:
                if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
                return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
            }
        }
    }
}
