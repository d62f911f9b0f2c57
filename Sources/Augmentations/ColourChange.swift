import CKernels

/// A change of all colours of a picture, whose values stay within [0, 1].
enum ColourChange: Equatable {
    /// All values times a factor.
    case brightness(Double)
    /// Blended with the mean of its grey; 1 changes nothing, 0 leaves that mean.
    case contrast(Double)
    /// Each channel blended with its own mean.
    case channelContrast(Double)
    /// Blended with the grey of each pixel; 1 changes nothing, 0 leaves grey.
    case saturation(Double)
    /// All hues turned by a part of the circle.
    case hue(Double)

    /// Changes a picture. Saturation and hue are for pictures of three channels.
    func apply(to picture: UnsafeMutablePointer<Float>, shape: PictureShape) {
        let pixels = shape.height * shape.width
        switch self {
        case .brightness(let factor): kernels_blend(picture, shape.count, Float(factor), 0)
        case .contrast(let factor):
            let mean = kernels_mean_grey(picture, shape.channels, pixels)
            kernels_blend(picture, shape.count, Float(factor), Float(mean))
        case .channelContrast(let factor):
            for channel in 0..<shape.channels {
                let plane = picture + channel * pixels
                kernels_blend(plane, pixels, Float(factor), Float(kernels_mean_grey(plane, 1, pixels)))
            }
        case .saturation(let factor): kernels_blend_grey(picture, pixels, Float(factor))
        case .hue(let shift): kernels_shift_hue(picture, pixels, Float(shift))
        }
    }
}
