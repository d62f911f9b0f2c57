import Checkpoints
import Configuration
import Foundation
import RunLog
import Store

/// Follows a run from another process, through the files that it writes.
public final class RunFollower {
    private let directory: RunDirectory
    private let line: ProgressLine
    private let configuration: Configuration
    private var tail: MetricsTail
    private var pace = Pace()
    private var forecast = Forecast()
    private let start = ContinuousClock.now
    /// When the last epoch was seen; nil before one was seen to end.
    private var last: ContinuousClock.Instant?

    /// Seconds between two looks.
    private static let interval = 0.25
    /// Epochs shown of those that are done already.
    private static let epochsShownFirst = 10
    /// Whether nothing was shown yet.
    private var isFirst = true

    /// Finds the run.
    ///
    /// - Parameters:
    ///   - path: the run's directory.
    ///   - line: shows the epochs.
    /// - Throws: ``TrainingError`` where there is no run; `ConfigurationError`.
    public init(_ path: String, line: ProgressLine) throws {
        directory = RunDirectory(path)
        guard FileManager.default.fileExists(atPath: directory.metrics) else {
            throw TrainingError("\(path): there is no run to watch, \(directory.metrics) is missing")
        }
        configuration = try Configuration(file: directory.configuration)
        self.line = line
        tail = MetricsTail(path: directory.metrics)
    }

    /// Shows the last epochs of those that are done, and others when they are, until the finished model is there.
    ///
    /// - Returns: the finished model's path.
    public func follow() throws -> String {
        while true {
            // Asked first: the last epoch's line is written before the model.
            let isOver = FileManager.default.fileExists(atPath: directory.model)
            try show(tail.next())
            if isOver {
                line.clear()
                return directory.model
            }
            usleep(useconds_t(Self.interval * 1e6))
        }
    }

    private func show(_ news: MetricsTail.News) throws {
        if news.isAnew {
            line.say("the run was resumed")
            last = nil
        }
        guard !news.epochs.isEmpty else { return }
        let now = ContinuousClock.now
        let counts = news.epochs.map { ($0.samplesPerSecond * $0.seconds).rounded() }
        let samples =
            counts.compactMap { Int(exactly: $0) }.filter { (0...Int(Int32.max)).contains($0) }.max() ?? 0
        let estimate = WorkEstimate(configuration: configuration, samples: samples)
        let hidden = isFirst ? max(0, news.epochs.count - Self.epochsShownFirst) : 0
        isFirst = false
        if hidden > 0 { line.say("\(hidden) epochs before these are in \(directory.metrics)") }
        for (index, record) in news.epochs.enumerated().dropFirst(hidden) {
            guard let phase = Phase(rawValue: record.phase) else { continue }
            let epochs = configuration.training.epochs[phase]
            let leaves = record.leaves - (phase == .subtree ? 1 : 0)
            if let last {
                // Epochs that were seen together share the time.
                pace.add(
                    estimate.epoch(phase, leaves: leaves),
                    seconds: (now - last) / .seconds(1) / Double(news.epochs.count))
            }
            guard index == news.epochs.count - 1 else {
                line.finish(record, epochs: epochs)
                continue
            }
            let state = RunState(after: record, phase: phase)
            let phaseLeft = pace.seconds(for: estimate.restOfPhase(state, leaves: leaves))
            let runLeft = forecast.secondsLeft(
                pace.seconds(for: estimate.restOfRun(state, leaves: leaves)),
                now: (now - start) / .seconds(1))
            line.finish(record, epochs: epochs, secondsLeft: runLeft)
            line.update(
                Progress(
                    phase: record.phase, leaves: record.leaves, epoch: state.epoch, epochs: epochs,
                    epochFraction: 0, loss: record.loss, nmi: record.nmi,
                    samplesPerSecond: record.samplesPerSecond, phaseSecondsLeft: phaseLeft,
                    scheduleSecondsLeft: runLeft))
        }
        last = now
    }
}

extension RunState {
    /// Where a run stands after an epoch, so far as its record tells: every leaf counts as effective.
    package init(after record: EpochRecord, phase: Phase) {
        self.init()
        switch phase {
        case .initial: stage = .initial
        case .subtree: stage = .subtree(leaf: 0)
        case .intermediate: stage = .intermediate
        case .finetune: stage = .finetune
        }
        growthStep = record.growthStep
        epoch = record.epoch + 1
        effectiveLeaves = record.leaves - 1
    }
}
