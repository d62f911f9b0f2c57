import Checkpoints
import Collectives
import Configuration
import Foundation
import Kernels
import Layers

/// Adam over the parameters of an arena (Kingma and Ba 2015), in either reference's form.
///
/// Every rank updates the part of the parameters whose gradients it has added up, and keeps the moments of this part;
/// the parameters then travel instead of the gradients.
package struct Adam {
    private let settings: Configuration.Optimizer

    package init(_ settings: Configuration.Optimizer) {
        self.settings = settings
    }

    /// One step from the gradients of all ranks; collective.
    ///
    /// - Parameters:
    ///   - iteration: steps of this phase so far, from 0.
    ///   - learningRate: that of this step.
    ///   - observer: told the end of each stage.
    func step<R: Scalar>(
        _ arena: Arena<R>, iteration: Int, learningRate: Double, communicator: any Communicator,
        observer: TrainObserver?
    ) throws {
        let part = try communicator.reduceScatter(
            arena.gradients.pointer, count: arena.count, purpose: "gradients")
        observer?(.reduceGradients)
        update(arena, part, iteration: iteration, learningRate: learningRate)
        observer?(.optimiser)
        try communicator.allGather(partsOf: arena.values.pointer, count: arena.count, purpose: "parameters")
        observer?(.gatherParameters)
    }

    /// Brings the moments of all parameters to every rank, from the ranks that keep them; collective.
    package static func collectMoments<R: Scalar>(of arena: Arena<R>, _ communicator: any Communicator) throws
    {
        for moments in [arena.firstMoment, arena.secondMoment] {
            try communicator.allGather(
                partsOf: moments.pointer, count: arena.count, purpose: "optimiser moments")
        }
    }

    /// Updates one part of the parameters.
    package func update<R: Real>(_ arena: Arena<R>, _ part: Range<Int>, iteration: Int, learningRate: Double)
    {
        let first = part.lowerBound
        update(
            parameters: arena.values.pointer + first, gradients: arena.gradients.pointer + first,
            firstMoment: arena.firstMoment.pointer + first, secondMoment: arena.secondMoment.pointer + first,
            count: part.count, iteration: iteration, learningRate: learningRate)
    }

    /// Updates parameters wherever they and their moments lie, `[count]` each.
    package func update<R: Real>(
        parameters: UnsafeMutablePointer<R>, gradients: UnsafePointer<R>,
        firstMoment: UnsafeMutablePointer<R>, secondMoment: UnsafeMutablePointer<R>, count: Int,
        iteration: Int, learningRate: Double
    ) {
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
            parameters: parameters, gradients: gradients, firstMoment: firstMoment,
            secondMoment: secondMoment, count: count,
            stepSize: R(stepSize), deviationScale: R(deviationScale), beta1: R(settings.beta1),
            beta2: R(settings.beta2), epsilon: R(settings.epsilon), weightDecay: R(settings.weightDecay))
    }
}
