import Kernels
import Layers

/// Compares analytic gradients with central differences along a random direction, tensor by tensor, in double
/// precision.
///
/// A direction moves every value of a tensor at once, so one pair of evaluations checks all of them:
/// an error in any entry shows with probability 1.
struct DirectionalCheck {
    /// Half the distances between the two evaluations, along a direction of unit length. The first that agrees counts:
    /// a kink of a leaky ReLU may lie within one of them, while a wrong gradient is wrong at every distance.
    private static let steps = [1e-5, 1e-6]
    /// The worst relative error over all tensors.
    ///
    /// - Parameters:
    ///   - loss: evaluates the loss at the present values; with its gradients in the arena if asked.
    func worst(_ arena: Arena<Double>, seed: UInt64, loss: (_ withGradient: Bool) throws -> Double) rethrows
        -> TensorError
    {
        _ = try loss(true)
        let gradients = Array(UnsafeBufferPointer(start: arena.gradients.pointer, count: arena.count))
        let whole = gradients.reduce(0) { $0 + $1 * $1 }.squareRoot()
        var worst = TensorError(name: "", error: 0)
        for (index, tensor) in arena.parameters.enumerated() {
            let values = arena.value(tensor)
            let saved = Array(UnsafeBufferPointer(start: values, count: tensor.count))
            let analytic = gradients[tensor.range]
            var unit = [Double](repeating: 0, count: tensor.count)
            Double.uniforms(
                key: seed, tensor: UInt32(index), generation: 0, stream: 77, low: -1, high: 1, into: &unit,
                count: unit.count)
            let length = unit.reduce(0) { $0 + $1 * $1 }.squareRoot()
            for k in unit.indices { unit[k] /= length }
            func shifted(_ amount: Double) throws -> Double {
                for k in unit.indices { values[k] = saved[k] + amount * unit[k] }
                return try loss(false)
            }
            let expected = zip(analytic, unit).reduce(0) { $0 + $1.0 * $1.1 }
            let norm = analytic.reduce(0) { $0 + $1 * $1 }.squareRoot()
            // A direction may be nearly orthogonal to the gradient: then its length sets the scale. And
            // a gradient may be zero, as that of a bias before a batch-norm: then the whole one does.
            let scale = max(abs(expected), norm / Double(tensor.count).squareRoot(), 1e-4 * whole)
            var error = Double.infinity
            for step in Self.steps where error > GradientCheck.tolerance {
                let numeric = try (shifted(step) - shifted(-step)) / (2 * step)
                let found = abs(numeric - expected) / max(scale, abs(numeric))
                error = found.isNaN ? .nan : min(error, found)
            }
            values.update(from: saved, count: saved.count)
            if error > worst.error || error.isNaN { worst = TensorError(name: tensor.name, error: error) }
        }
        return worst
    }
}

/// The relative error of one tensor's gradient.
public struct TensorError: Sendable, Codable {
    /// The tensor.
    public let name: String
    /// `|numeric - analytic| / scale` along the worst direction.
    public let error: Double
}
