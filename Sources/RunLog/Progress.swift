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
    /// Normalised mutual information in [0, 1] after the last epoch of the phase; `nil` before it, or without labels.
    public var nmi: Double?
    /// Training samples per second, over all ranks.
    public var samplesPerSecond: Double
    /// Seconds until the phase ends; `nil` while unknown.
    public var phaseSecondsLeft: Double?
    /// Seconds until the whole schedule ends; `nil` while unknown.
    public var scheduleSecondsLeft: Double?

    /// Where a run stands.
    public init(
        phase: String, leaves: Int, epoch: Int, epochs: Int, epochFraction: Double, loss: Double,
        nmi: Double? = nil, samplesPerSecond: Double, phaseSecondsLeft: Double? = nil,
        scheduleSecondsLeft: Double? = nil
    ) {
        self.phase = phase
        self.leaves = leaves
        self.epoch = epoch
        self.epochs = epochs
        self.epochFraction = epochFraction
        self.loss = loss
        self.nmi = nmi
        self.samplesPerSecond = samplesPerSecond
        self.phaseSecondsLeft = phaseSecondsLeft
        self.scheduleSecondsLeft = scheduleSecondsLeft
    }

    /// Share of the phase that is done, in [0, 1].
    public var phaseFraction: Double {
        epochs > 0 ? min(1, max(0, (Double(epoch) + epochFraction) / Double(epochs))) : 1
    }
}
