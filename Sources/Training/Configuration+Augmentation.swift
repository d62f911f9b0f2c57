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
        }
    }

    /// Why samples of a shape cannot be augmented as configured; nil where they can.
    func augmentationProblem(shape: [Int]) -> String? {
        guard augmentation.method != .none, PictureShape(shape) == nil else { return nil }
        return
            "augmentation.method: found \(augmentation.method.rawValue), must be none for samples of shape \(shape): "
            + "only pictures [channels, height, width] can be augmented"
    }

    /// The augmentation in words, for people.
    var augmentationText: String {
        guard augmentation.method != .none else { return "none" }
        let affine = augmentation.affine
        let views = augmentation.views == 1 ? "one view" : "\(augmentation.views) views"
        return
            "\(augmentation.method.rawValue), \(views) of each image: rotation ±\(affine.rotation)°, shift ±\(affine.shift) pixels, "
            + "zoom 1 ± \(affine.zoom)\(affine.zoomPerAxis ? " per axis" : ""), shear ±\(affine.shear)°, \(augmentation.interpolation.rawValue)"
    }
}
