/// Where a run stands within a phase and within the whole schedule.
public struct Progress: Equatable, Sendable {
    /// Name of the phase.
    public var phase: String
    /// Leaves of the tree.
    public var leaves: Int
    /// Epoch within the phase, from 0.
    public var epoch: Int
    /// Epochs of the phase.
    public var epochs: Int
    /// Share of the epoch that is done, in [0, 1].
    public var epochFraction: Double
    /// Mean loss of the epoch so far, in nats per sample.
    public var loss: Double
    /// Training samples per second, over all ranks.
    public var samplesPerSecond: Double
    /// Seconds until the phase ends; `nil` while unknown.
    public var phaseSecondsLeft: Double?
    /// Seconds until the whole schedule ends; `nil` while unknown.
    public var scheduleSecondsLeft: Double?

    /// Where a run stands.
    public init(
        phase: String, leaves: Int, epoch: Int, epochs: Int, epochFraction: Double, loss: Double,
        samplesPerSecond: Double, phaseSecondsLeft: Double? = nil, scheduleSecondsLeft: Double? = nil
    ) {
        self.phase = phase
        self.leaves = leaves
        self.epoch = epoch
        self.epochs = epochs
        self.epochFraction = epochFraction
        self.loss = loss
        self.samplesPerSecond = samplesPerSecond
        self.phaseSecondsLeft = phaseSecondsLeft
        self.scheduleSecondsLeft = scheduleSecondsLeft
    }

    /// Share of the phase that is done, in [0, 1].
    public var phaseFraction: Double {
        epochs > 0 ? min(1, max(0, (Double(epoch) + epochFraction) / Double(epochs))) : 1
    }

    /// Seconds that the rest takes at the speed so far.
    /// - Parameters:
    ///   - elapsed: Seconds since the start.
    ///   - done: Work done since then, in any unit, for example steps times leaves.
    ///   - total: Work from then to the end, in the same unit.
    /// - Returns: `nil` before any work is done.
    public static func secondsLeft(elapsed: Double, done: Double, total: Double) -> Double? {
        done > 0 ? elapsed * max(0, total - done) / done : nil
    }
}
