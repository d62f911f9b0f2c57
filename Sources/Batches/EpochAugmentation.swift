import Augmentations
import Kernels
import Layers

/// Loads samples as one epoch changes them.
///
/// A picture's change is a function of (seed, epoch, sample, view), so that ranks agree on it without a word.
package struct EpochAugmentation<R: Real> {
    private let augmenter: Augmenter<R>
    private let epoch: UInt32

    /// - Parameter epoch: number of the epoch over all phases.
    package init(_ augmenter: Augmenter<R>, epoch: Int) {
        self.augmenter = augmenter
        self.epoch = UInt32(epoch)
    }

    /// Writes `[features, stride]`: one column a view, zeros in the padding.
    ///
    /// - Parameters:
    ///   - rows: where the samples are in the loader's memory, `[columns]`.
    ///   - samples: which they are, `[columns]`.
    func load(
        _ loader: SampleLoader<R>, rows: UnsafePointer<Int32>, samples: UnsafePointer<Int32>,
        _ plan: BatchPlan,
        into images: UnsafeMutablePointer<R>
    ) {
        augmenter.load(loader, rows: rows, columns: plan.columns, into: images) { column in
            let view = plan.view(ofColumn: column)
            guard view > 0 || !augmenter.keepsFirst else { return nil }
            return UniformDraws(
                key: augmenter.seed, sample: samples[column], view: view,
                epoch: epoch,
                stream: RandomStream.augmentation.rawValue)
        }
    }
}
