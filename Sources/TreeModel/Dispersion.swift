import Kernels
import Layers

/// How far counts scatter around a leaf's means: a parameter for each value of the sample, the same for all samples.
///
/// The variance of a count of mean μ is `μ + μ² / θ`; the tensor holds ln θ.
final class Dispersion<R: Real> {
    private let arena: Arena<R>
    private let tensor: Tensor
    /// Sums of the gradient over the strands of a batch (`BatchShape`), `[4, features]`.
    let scratch: Storage<Double>

    /// Registers `<name>/log_dispersion` `[features]`.
    init(_ name: String, features: Int, arena: Arena<R>, training: Bool) {
        scratch = Storage(count: training ? 4 * features : 0)
        self.arena = arena
        tensor = arena.parameter("\(name)/log_dispersion", shape: [features], role: .logDispersion)
    }

    /// ln θ, `[features]`.
    var logarithms: UnsafePointer<R> { UnsafePointer(arena.value(tensor)) }
    /// Its gradient, `[features]`; held in training alone.
    var gradient: UnsafeMutablePointer<R> { arena.gradient(tensor) }

    /// Sets the gradient to what it is on no samples.
    func clearGradients() {
        gradient.clear(count: tensor.count)
    }
}
