import Augmentations
import Configuration

extension Configuration {
    /// How pictures are changed for training; nil where they are not.
    var pictureAugmentation: (any Augmentations.Augmentation)? {
        switch augmentation.method {
        case .none: nil
        case .affine:
            AffineAugmentation(
                rotation: augmentation.affine.rotation, shift: augmentation.affine.shift,
                zoom: augmentation.affine.zoom, zoomsPerAxis: augmentation.affine.zoomPerAxis,
                shear: augmentation.affine.shear, fill: Float(augmentation.affine.fill),
                isBilinear: augmentation.interpolation == .bilinear)
        case .cropAndJitter:
            CropAndJitter(
                minimumArea: augmentation.crop.minimumArea, maximumRatio: augmentation.crop.maximumRatio,
                isBicubic: augmentation.interpolation == .bicubic,
                mirrorProbability: augmentation.crop.mirror,
                jitterProbability: augmentation.colour.probability,
                isOrderRandom: augmentation.colour.order == .random,
                contrastsChannels: augmentation.colour.contrastMean == .channel,
                brightness: augmentation.colour.brightness, contrast: augmentation.colour.contrast,
                saturation: augmentation.colour.saturation, hue: augmentation.colour.hue,
                greyProbability: augmentation.colour.grey)
        }
    }

    /// Why samples of a shape cannot be augmented as configured; nil where they can.
    package func augmentationProblem(shape: [Int]) -> String? {
        guard augmentation.method != .none else { return nil }
        guard let picture = PictureShape(shape) else {
            return
                "augmentation.method: found \(augmentation.method.rawValue), must be none for samples of shape "
                + "\(shape): only pictures [channels, height, width] can be augmented"
        }
        guard augmentation.method == .cropAndJitter else { return nil }
        guard picture.channels == 1 || picture.channels == 3 else {
            return "augmentation.method: found crop_and_jitter, must be affine or none for pictures of "
                + "\(picture.channels) channels: it knows grey ones and those of red, green and blue"
        }
        let needsColours = [
            ("saturation", augmentation.colour.saturation), ("hue", augmentation.colour.hue),
            ("grey", augmentation.colour.grey),
        ]
        guard picture.channels == 1, let (name, value) = needsColours.first(where: { $0.1 > 0 }) else {
            return nil
        }
        return "augmentation.colour.\(name): found \(value), must be 0 for grey pictures"
    }

    /// The augmentation in words, for people.
    package var augmentationText: String {
        let what: String
        switch augmentation.method {
        case .none: return "none"
        case .affine:
            let affine = augmentation.affine
            what =
                "affine, rotation ±\(affine.rotation)°, shift ±\(affine.shift) pixels, zoom 1 ± \(affine.zoom)"
                + "\(affine.zoomPerAxis ? " per axis" : ""), shear ±\(affine.shear)°"
        case .cropAndJitter:
            let (crop, colour) = (augmentation.crop, augmentation.colour)
            what =
                "crop_and_jitter, area from \(crop.minimumArea), brightness ±\(colour.brightness), "
                + "contrast ±\(colour.contrast), saturation ±\(colour.saturation), hue ±\(colour.hue)"
        }
        let views = augmentation.views == 1 ? "one view" : "\(augmentation.views) views"
        return "\(what), \(augmentation.interpolation.rawValue); \(views) of each sample, in training only"
    }
}
