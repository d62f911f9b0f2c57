import Configuration
import Foundation
import RunLog

/// What rank 0 shows and logs while a run goes on. The other ranks have none.
final class RunReporter {
    private let log: MetricsLog
    private let line = ProgressLine()
    private let estimate: WorkEstimate
    private let start = Date()
    private var workDone = 0.0

    /// Opens the log with the epochs that a resumed run already has.
    init(directory: RunDirectory, history: [EpochRecord], estimate: WorkEstimate) throws {
        log = try MetricsLog(path: directory.metrics, history: history)
        self.estimate = estimate
    }

    /// Shows a message that stays.
    func say(_ message: String) {
        line.say(message)
    }

    /// Shows how far an epoch is.
    ///
    /// - Parameters:
    ///   - fraction: share of the epoch that is done.
    ///   - elapsed: seconds since the epoch began.
    ///   - samples: samples of the whole epoch.
    func update(
        _ state: RunState, leaves: Int, fraction: Double, loss: Double, elapsed: Double, samples: Int
    ) {
        guard let phase = state.stage.phase else { return }
        let epoch = estimate.epoch(phase, leaves: leaves)
        let done = workDone + fraction * epoch
        func secondsLeft(_ rest: Double) -> Double? {
            Progress.secondsLeft(
                elapsed: Date().timeIntervalSince(start), done: done, total: done + rest - fraction * epoch)
        }
        line.update(
            Progress(
                phase: phase.rawValue, leaves: leaves, epoch: state.epoch,
                epochs: estimate.configuration.training.epochs[phase], epochFraction: fraction, loss: loss,
                samplesPerSecond: fraction * Double(samples) / max(1e-9, elapsed),
                phaseSecondsLeft: secondsLeft(estimate.restOfPhase(state, leaves: leaves)),
                scheduleSecondsLeft: secondsLeft(estimate.restOfRun(state, leaves: leaves))))
    }

    /// Logs and shows an epoch that is done.
    func finish(_ record: EpochRecord, phase: Phase, leaves: Int) throws {
        workDone += estimate.epoch(phase, leaves: leaves)
        try log.append(record)
        line.finish(record, epochs: estimate.configuration.training.epochs[phase])
    }
}
