import Configuration
import Foundation
import Kernels
import Layers

/// Adam over a whole arena (Kingma and Ba 2015), in either reference's form.
struct Adam {
    private let settings: Configuration.Optimizer

    init(_ settings: Configuration.Optimizer) {
        self.settings = settings
    }

    /// One step from the gradients in the arena.
    ///
    /// - Parameters:
    ///   - iteration: steps of this phase so far, from 0.
    ///   - learningRate: that of this step.
    func step<R: Real>(_ arena: Arena<R>, iteration: Int, learningRate: Double) {
        let power = Double(iteration + 1)
        let firstCorrection = 1 - pow(settings.beta1, power)
        let secondCorrection = 1 - pow(settings.beta2, power)
        let stepSize: Double
        let deviationScale: Double
        switch settings.biasCorrection {
        case .keras:
            // Keras puts both corrections into the step, so that ε is compared with the uncorrected root.
            stepSize = learningRate * secondCorrection.squareRoot() / firstCorrection
            deviationScale = 1
        case .torch:
            stepSize = learningRate / firstCorrection
            deviationScale = 1 / secondCorrection.squareRoot()
        }
        R.adam(
            parameters: arena.values.pointer, gradients: arena.gradients.pointer,
            firstMoment: arena.firstMoment.pointer, secondMoment: arena.secondMoment.pointer,
            count: arena.count,
            stepSize: R(stepSize), deviationScale: R(deviationScale), beta1: R(settings.beta1),
            beta2: R(settings.beta2), epsilon: R(settings.epsilon), weightDecay: R(settings.weightDecay))
    }
}
