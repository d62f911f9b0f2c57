import CKernels

extension Image {
    /// How a picture is brought to another size.
    public enum Resizing: String, Sendable, CaseIterable {
        /// Each new pixel is a mean of the old ones under a triangle as wide as two new pixels, or two old ones where the
        /// picture grows.
        case antialiased
        /// Each new pixel is linear between the four old ones around its centre, however many lie between the centres
        /// (TensorFlow's `tf.image.resize`).
        case interpolated
    }

    /// The picture at another size, by bilinear filtering.
    ///
    /// First along rows, rounded to bytes, then along columns. Antialiased, these are the steps and the fixed-point weights
    /// of Pillow's `resize` with `BILINEAR`, whose bytes it gives (but for the last bit where version 13 or later filters
    /// columns first, to save work).
    public func resized(height newHeight: Int, width newWidth: Int, by resizing: Resizing = .antialiased)
        -> Image
    {
        precondition(newHeight > 0 && newWidth > 0, "a picture of \(newHeight)x\(newWidth)")
        var bytes = bytes
        if newWidth != width {
            let filter = TriangleFilter(from: width, to: newWidth, by: resizing)
            bytes = filter.apply(to: bytes, outer: channels * height, inner: 1)
        }
        if newHeight != height {
            let filter = TriangleFilter(from: height, to: newHeight, by: resizing)
            bytes = filter.apply(to: bytes, outer: channels, inner: newWidth)
        }
        return Image(channels: channels, height: newHeight, width: newWidth, bytes: bytes)
    }
}

/// Windows and weights of the resampling of one extent.
private struct TriangleFilter {
    let from: Int
    let to: Int
    /// The first old element of each new one's window, `[to]`.
    var first: [Int32] = []
    /// The elements of each window, `[to]`.
    var taps: [Int32] = []
    /// Fixed-point weights, `[to, stride]`.
    var weights: [Int32]
    let stride: Int

    init(from: Int, to: Int, by resizing: Image.Resizing) {
        self.from = from
        self.to = to
        let scale = Double(from) / Double(to)
        let support = resizing == .antialiased ? max(scale, 1) : 1
        stride = Int(support.rounded(.up)) * 2 + 1
        weights = [Int32](repeating: 0, count: to * stride)
        for target in 0..<to {
            let centre = (Double(target) + 0.5) * scale
            let low = max(0, Int(centre - support + 0.5))
            let high = min(from, Int(centre + support + 0.5))
            let heights = (low..<high).map { max(0, 1 - abs(Double($0) - centre + 0.5) / support) }
            let sum = heights.reduce(0, +)
            for (tap, height) in heights.enumerated() {
                let unit = Double(1 << KERNELS_RESAMPLE_BITS)
                weights[target * stride + tap] = Int32(height / sum * unit + 0.5)
            }
            first.append(Int32(low))
            taps.append(Int32(high - low))
        }
    }

    /// `[outer, from, inner]` as `[outer, to, inner]`.
    func apply(to bytes: [UInt8], outer: Int, inner: Int) -> [UInt8] {
        let count = outer * to * inner
        return [UInt8](unsafeUninitializedCapacity: count) { result, initialized in
            kernels_resample(bytes, result.baseAddress, outer, from, to, inner, first, taps, weights, stride)
            initialized = count
        }
    }
}
