import Foundation

extension Configuration {
    /// Learning rate of a step: `rate * factor^⌊(epoch + offset) / every⌋ / (1 + decay * iterations)`.
    ///
    /// Source: the authors' TensorFlow implementation (`LearningRateScheduler` on top of Keras 2.10's time
    /// decay); with offset and decay 0 it is PyTorch's `StepLR`.
    /// - Parameters:
    ///   - phase: Phase that the step belongs to.
    ///   - epoch: Epoch within the phase, from 0.
    ///   - iterations: Steps of this phase already made.
    public func learningRate(phase: Phase, epoch: Int, iterations: Int) -> Double {
        let drops = (epoch + schedule.dropOffset) / schedule.dropEvery[phase]
        let decay = phase == .finetune ? optimizer.timeDecayFinetune : optimizer.timeDecay
        return optimizer.learningRate * pow(schedule.dropFactor, Double(drops))
            / (1 + decay * Double(iterations))
    }

    /// Weight alpha of the Kullback-Leibler terms: `min(1, start + max(0, epoch - lag) * increment)`.
    /// - Parameters:
    ///   - phase: Phase that the epoch belongs to.
    ///   - epoch: Epoch within the phase, from 0.
    public func klWeight(phase: Phase, epoch: Int) -> Double {
        let increment = phase == .finetune ? schedule.klIncrementFinetune : schedule.klIncrement
        let start = (phase == .finetune ? schedule.klStartFinetune : nil) ?? schedule.klStart
        return min(1, start + Double(max(0, epoch - schedule.klLag)) * increment)
    }
}
