import CKernels

extension Real {
    /// `output[channel, pixel] = Σ over terms of pixel of weights[term] * input[channel, term.input]`: pooling,
    /// upsampling, and their gradients.
    ///
    /// - Parameter weights: those of the mixture, in this type.
    public static func mixPixels(
        _ mixture: PixelMixture, weights: UnsafePointer<Self>, channels: Int, input: UnsafePointer<Self>,
        output: UnsafeMutablePointer<Self>, stride: Int
    ) {
        kernels_mix_pixels(
            type, mixture.start, mixture.input, weights, channels, mixture.inputPixels, mixture.outputPixels,
            input, output, stride)
    }
}
