import CKernels

/// A part of a picture, stretched to the shape of the whole.
struct CropBox: Equatable {
    /// First row, in pixels; not always a whole one.
    var top: Double
    /// Left edge.
    var left: Double
    /// Rows.
    var height: Double
    /// Columns.
    var width: Double
}

extension CropBox {
    /// The part with a share of the area and a ratio of width to height, as far as the picture has room for it.
    ///
    /// - Parameters:
    ///   - down: where it lies, from 0, at the top, to 1, at the bottom.
    ///   - across: from 0, on the left, to 1.
    init(of shape: PictureShape, area: Double, ratio: Double, down: Double, across: Double) {
        let pixels = area * Double(shape.height) * Double(shape.width)
        height = min(Double(shape.height), (pixels / ratio).squareRoot())
        width = min(Double(shape.width), (pixels * ratio).squareRoot())
        top = down * (Double(shape.height) - height)
        left = across * (Double(shape.width) - width)
    }

    /// Writes the part in the shape of the picture, values held within [0, 1].
    ///
    /// - Parameter scratch: room for another picture.
    func resample(
        _ picture: UnsafePointer<Float>, shape: PictureShape, isMirrored: Bool, kernel: PixelTaps.Kernel,
        scratch: UnsafeMutablePointer<Float>, into result: UnsafeMutablePointer<Float>
    ) {
        let columns = PixelTaps(
            extent: shape.width, low: left, high: left + width, isMirrored: isMirrored, kernel: kernel)
        let rows = PixelTaps(
            extent: shape.height, low: top, high: top + height, isMirrored: false, kernel: kernel)
        kernels_mix_columns(
            picture, shape.channels * shape.height, shape.width, columns.pixels, columns.weights, scratch)
        kernels_mix_rows(
            scratch, shape.channels, shape.height, shape.width, rows.pixels, rows.weights, result)
    }
}
