import Checkpoints
import Configuration
import Foundation
import RunLog

/// How a run shows itself.
public struct RunDisplay: Sendable {
    /// How much is told on standard error.
    public var verbosity: Verbosity
    /// Whether OUT gets a TensorBoard event file; a resumed run goes on with one that is there.
    public var writesEvents: Bool
    /// Whether `report.html` is written at the end.
    public var writesReport: Bool
    /// Phases after which it is written anew.
    public var reportedPhases: Set<Phase>
    /// Whether a bar is drawn on standard error; nil for where a terminal is found.
    public var drawsBar: Bool?

    /// A way to show a run.
    public init(
        verbosity: Verbosity = .normal, writesEvents: Bool = false, writesReport: Bool = false,
        reportedPhases: Set<Phase> = [], drawsBar: Bool? = nil
    ) {
        self.verbosity = verbosity
        self.writesEvents = writesEvents
        self.writesReport = writesReport
        self.reportedPhases = reportedPhases
        self.drawsBar = drawsBar
    }
}

/// What rank 0 shows and logs while a run goes on. The other ranks have none.
package final class RunReporter {
    private let log: MetricsLog
    private let events: TensorBoardLog?
    private let line: ProgressLine
    private let estimate: WorkEstimate
    private var pace = Pace()
    private var forecast = Forecast()
    /// When the run began.
    private let start = ContinuousClock.now
    /// When the last epoch was over, or the run began.
    private var last = ContinuousClock.now
    /// The last phase that was warned of.
    private var warnedPhase: Int?
    /// The last epoch.
    private var latest: EpochRecord?

    /// Opens the logs with the epochs that a resumed run already has.
    package init(
        directory: RunDirectory, history: [EpochRecord], estimate: WorkEstimate, display: RunDisplay
    ) throws {
        log = try MetricsLog(path: directory.metrics, history: history)
        let hasEvents = FileManager.default.fileExists(atPath: directory.events)
        events =
            display.writesEvents || hasEvents
            ? try TensorBoardLog(
                path: directory.events, history: history, settings: estimate.configuration.entries) : nil
        line = ProgressLine(verbosity: display.verbosity, drawsOver: display.drawsBar)
        self.estimate = estimate
    }

    /// Whether there is a place for pictures.
    package var takesPictures: Bool { events != nil }

    /// Adds pictures to the last epoch.
    package func add(_ pictures: [TensorBoardLog.Picture]) throws { try events?.append(pictures) }

    /// Shows a message that stays.
    package func say(_ message: String) {
        line.say(message)
    }

    /// Runs `body`, and shows how long it took where details are wanted.
    package func timed<Result>(_ what: String, _ body: () throws -> Result) rethrows -> Result {
        let start = ContinuousClock.now
        let result = try body()
        line.sayDetail("\(what): \(String(format: "%.3f", (ContinuousClock.now - start) / .seconds(1))) s")
        return result
    }

    /// Shows how far the epoch is that begins now.
    ///
    /// - Parameters:
    ///   - state: where the run stands before it.
    ///   - samples: samples of the whole epoch.
    /// - Returns: to be told the share of the epoch that is done, and the loss of the latest batch.
    package func progress(of state: RunState, leaves: Int, samples: Int) -> (
        _ fraction: Double, _ loss: Double
    ) ->
        Void
    {
        let start = ContinuousClock.now
        guard let phase = state.stage.phase else { return { _, _ in } }
        // Once for all steps, which allocate nothing.
        let work = Remaining(
            epoch: estimate.epoch(phase, leaves: leaves),
            phase: estimate.restOfPhase(state, leaves: leaves),
            run: estimate.restOfRun(state, leaves: leaves))
        return { [self] fraction, loss in
            update(
                state, phase, work, leaves: leaves, fraction: fraction, loss: loss,
                elapsed: (ContinuousClock.now - start) / .seconds(1), samples: samples)
        }
    }

    /// Work from the start of an epoch: its own, to the end of the phase, to the end of the run.
    private struct Remaining {
        let epoch: WorkEstimate.Work
        let phase: WorkEstimate.Work
        let run: WorkEstimate.Work
    }

    private func update(
        _ state: RunState, _ phase: Phase, _ work: Remaining, leaves: Int, fraction: Double, loss: Double,
        elapsed: Double, samples: Int
    ) {
        // Before an epoch is done, this one tells the pace.
        var pace = pace
        if pace.seconds(for: work.epoch) == nil, fraction > 0 {
            pace.add(work.epoch, seconds: elapsed / fraction)
        }
        func secondsLeft(_ rest: WorkEstimate.Work) -> Double? {
            pace.seconds(for: rest).flatMap { rest in
                pace.seconds(for: work.epoch).map { max(0, rest - fraction * $0) }
            }
        }
        line.update(
            Progress(
                phase: phase.rawValue, leaves: leaves, epoch: state.epoch,
                epochs: estimate.configuration.training.epochs[phase], epochFraction: fraction, loss: loss,
                nmi: latest?.phaseIndex == state.phaseIndex ? latest?.nmi : nil,
                samplesPerSecond: fraction * Double(samples) / max(1e-9, elapsed),
                phaseSecondsLeft: secondsLeft(work.phase),
                scheduleSecondsLeft: shown(secondsLeft(work.run))))
    }

    private func shown(_ secondsLeft: Double?) -> Double? {
        forecast.secondsLeft(secondsLeft, now: (ContinuousClock.now - start) / .seconds(1))
    }

    /// Warns, once a phase, of an epoch that is far worse than a model that has learned nothing.
    ///
    /// - Parameter untrained: loss of the run's first batch.
    package func warnOfDivergence(_ record: EpochRecord, untrained: Double) {
        guard record.loss > untrained + 10 * max(1, abs(untrained)), warnedPhase != record.phaseIndex else {
            return
        }
        warnedPhase = record.phaseIndex
        let losses = String(format: "%.4g, that of the untrained model was %.4g", record.loss, untrained)
        line.say(
            "warning: the loss is \(losses): the run diverges, or the learning rate of "
                + "\(record.learningRate) is too high; set a lower optimizer.learning_rate")
    }

    /// Logs and shows an epoch that is done.
    ///
    /// - Parameters:
    ///   - state: where the run stands after it.
    ///   - leaves: of the tree, without those of a growing subtree.
    package func finish(_ record: EpochRecord, phase: Phase, state: RunState, leaves: Int) throws {
        let now = ContinuousClock.now
        pace.add(estimate.epoch(phase, leaves: leaves), seconds: (now - last) / .seconds(1))
        last = now
        latest = record
        try log.append(record)
        try events?.append(record)
        line.finish(
            record, epochs: estimate.configuration.training.epochs[phase],
            secondsLeft: shown(pace.seconds(for: estimate.restOfRun(state, leaves: leaves))))
    }
}
