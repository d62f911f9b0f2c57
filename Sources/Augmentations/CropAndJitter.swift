import Foundation

/// A random part of the picture in the size of the whole, mirrored or not, in other colours: the augmentation of CIFAR and
/// CelebA, after SimCLR (Chen et al. 2020).
public struct CropAndJitter: Augmentation {
    /// Least share of the picture's area that is kept.
    public var minimumArea: Double
    /// The part's ratio of width to height is between this and its inverse.
    public var maximumRatio: Double
    /// Whether pixels are resampled by cubic convolution or linearly.
    public var isBicubic: Bool
    /// Probability that the picture is mirrored.
    public var mirrorProbability: Double
    /// Probability that colours change.
    public var jitterProbability: Double
    /// Whether they change in another order for each picture; in the order of the properties below otherwise.
    public var isOrderRandom: Bool
    /// Whether contrast is about the mean of each channel, or that of the grey.
    public var contrastsChannels: Bool
    /// The factor is within 1 ± this, and at least 0.
    public var brightness: Double
    /// The factor is within 1 ± this, and at least 0.
    public var contrast: Double
    /// The factor is within 1 ± this, and at least 0.
    public var saturation: Double
    /// Parts of the circle of hues to either side.
    public var hue: Double
    /// Probability that the picture loses its colours.
    public var greyProbability: Double

    /// An augmentation within these ranges.
    public init(
        minimumArea: Double, maximumRatio: Double, isBicubic: Bool, mirrorProbability: Double,
        jitterProbability: Double, isOrderRandom: Bool = true, contrastsChannels: Bool = false,
        brightness: Double, contrast: Double, saturation: Double, hue: Double,
        greyProbability: Double
    ) {
        self.minimumArea = minimumArea
        self.maximumRatio = maximumRatio
        self.isBicubic = isBicubic
        self.mirrorProbability = mirrorProbability
        self.jitterProbability = jitterProbability
        self.isOrderRandom = isOrderRandom
        self.contrastsChannels = contrastsChannels
        self.brightness = brightness
        self.contrast = contrast
        self.saturation = saturation
        self.hue = hue
        self.greyProbability = greyProbability
    }

    /// What is done to one picture.
    struct Change {
        var box: CropBox
        var isMirrored: Bool
        /// In this order.
        var colours: [ColourChange]
    }

    /// Draws a change: as many numbers whatever they are.
    func change(_ draws: inout UniformDraws, shape: PictureShape) -> Change {
        let area = draws.next(from: minimumArea, to: 1)
        let ratio = exp(draws.next(from: -log(maximumRatio), to: log(maximumRatio)))
        let box = CropBox(of: shape, area: area, ratio: ratio, down: draws.next(), across: draws.next())
        let isMirrored = draws.next() < mirrorProbability
        let changesColours = draws.next() < jitterProbability
        func factor(_ range: Double) -> Double? {
            let factor = draws.next(from: max(0, 1 - range), to: 1 + range)
            return range > 0 ? factor : nil
        }
        var changes = [
            factor(brightness).map(ColourChange.brightness),
            factor(contrast).map(contrastsChannels ? ColourChange.channelContrast : ColourChange.contrast),
            factor(saturation).map(ColourChange.saturation),
        ]
        let turn = draws.next(from: -hue, to: hue)
        changes.append(hue > 0 ? .hue(turn) : nil)
        // Fisher and Yates.
        for last in stride(from: changes.count - 1, to: 0, by: -1) {
            let other = Int(draws.next() * Double(last + 1))
            if isOrderRandom { changes.swapAt(last, other) }
        }
        let losesColours = draws.next() < greyProbability
        return Change(
            box: box, isMirrored: isMirrored,
            colours: (changesColours ? changes.compactMap { $0 } : [])
                + (losesColours ? [.saturation(0)] : []))
    }

    /// Writes a part of a picture in other colours. Values are in [0, 1], and stay there.
    public func apply(
        _ picture: UnsafePointer<Float>, shape: PictureShape, draws: inout UniformDraws,
        scratch: UnsafeMutablePointer<Float>, into result: UnsafeMutablePointer<Float>
    ) {
        let change = change(&draws, shape: shape)
        change.box.resample(
            picture, shape: shape, isMirrored: change.isMirrored, kernel: isBicubic ? .bicubic : .bilinear,
            scratch: scratch, into: result)
        for colour in change.colours { colour.apply(to: result, shape: shape) }
    }
}
