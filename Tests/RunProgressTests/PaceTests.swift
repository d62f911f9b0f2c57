import Configuration
@testable import RunProgress
import Testing

@testable import Checkpoints

/// The time that the rest of a run takes.
@Suite struct PaceTests {
    private let configuration: Configuration = {
        var configuration = Configuration()
        configuration.training.epochs.initial = 10
        configuration.training.epochs.subtree = 8
        configuration.training.epochs.intermediate = 4
        configuration.training.epochs.finetune = 12
        configuration.growth.maxLeaves = 6
        configuration.growth.minimumSamples = 100
        configuration.growth.intermediateEvery = 2
        return configuration
    }()
    private var estimate: WorkEstimate { WorkEstimate(configuration: configuration, samples: 1000) }

    /// Every epoch of a run that grows as configured: where it stands before it, and the tree's leaves.
    private var schedule: [(state: RunState, leaves: Int)] {
        var epochs: [(RunState, Int)] = []
        var state = RunState()
        var leaves = 2
        func phase(_ stage: RunState.Stage, _ count: Int) {
            if stage != .initial { state.enter(stage) }
            for epoch in 0..<count {
                state.epoch = epoch
                epochs.append((state, leaves))
            }
        }
        phase(.initial, 10)
        while leaves < 6 {
            if state.growthStep > 0, state.growthStep % 2 == 0 { phase(.intermediate, 4) }
            state.effectiveLeaves = leaves
            phase(.subtree(leaf: 1), 8)
            leaves += 1
            state.growthStep += 1
        }
        phase(.finetune, 12)
        return epochs
    }

    @Test func growthEndsWhereLeavesAreSmall() {
        #expect(estimate.expectedLeaves == 6)
        #expect(WorkEstimate(configuration: configuration, samples: 300).expectedLeaves == 5)
        #expect(WorkEstimate(configuration: configuration, samples: 99).expectedLeaves == 2)
    }

    /// From one leaf on, 1000, 700 and 490 samples are split, until the chain is as deep as it may be; the phase that is
    /// due after the third split comes before anybody asks whether there is a fourth.
    @Test func theScheduleIsThatOfUnevenSplits() {
        var configuration = configuration
        configuration.growth.firstLeaves = 1
        configuration.growth.intermediateEvery = 3
        configuration.growth.minimumSamples = 400
        let estimate = WorkEstimate(configuration: configuration, samples: 1000)
        #expect(estimate.expectedLeaves == 4)
        let schedule = estimate.schedule(from: RunState(), leaves: 1)
        #expect(schedule.map(\.phase) == [.initial, .subtree, .subtree, .subtree, .intermediate, .finetune])
        #expect(schedule.map(\.leaves) == [1, 1, 2, 3, 4, 4])
        let visited = schedule.map { estimate.visited($0.phase, leaves: $0.leaves).rounded() }
        #expect(visited == [1000, 1000, 700, 490, 1000, 1000])
        configuration.growth.maxDepth = 2
        configuration.growth.minimumSamples = 100
        #expect(WorkEstimate(configuration: configuration, samples: 1000).expectedLeaves == 4)
    }

    @Test func workOfTheRestIsThatOfTheEpochsToCome() {
        let schedule = schedule
        #expect(schedule.count == 10 + 4 * 8 + 4 + 12)
        for (index, (state, leaves)) in schedule.enumerated() {
            var rest = WorkEstimate.Work()
            for (later, leaves) in schedule[index...] {
                rest += estimate.epoch(later.stage.phase!, leaves: leaves)
            }
            let found = estimate.restOfRun(state, leaves: leaves)
            #expect(
                found.epochs == rest.epochs && abs(found.decodings - rest.decodings) < 1e-6, "epoch \(index)")
        }
    }

    /// An epoch costs 0.3 s besides its work, and sums over ranks, noise and a slower machine change the rest.
    @Test(arguments: [0, 0.3, 3]) func atHalfOfARunTheEndIsKnown(_ perEpoch: Double) throws {
        func seconds(_ index: Int) -> Double {
            let (state, leaves) = schedule[index]
            let noise = 1 + 0.1 * Double(index * 7 % 5 - 2) / 2
            return noise * (1e-4 * estimate.epoch(state.stage.phase!, leaves: leaves).decodings + perEpoch)
        }
        let total = schedule.indices.reduce(0) { $0 + seconds($1) }
        var pace = Pace()
        var elapsed = 0.0
        var index = 0
        while elapsed < total / 2 {
            let (state, leaves) = schedule[index]
            pace.add(estimate.epoch(state.stage.phase!, leaves: leaves), seconds: seconds(index))
            elapsed += seconds(index)
            index += 1
        }
        let (state, leaves) = schedule[index]
        let rest = try #require(pace.seconds(for: estimate.restOfRun(state, leaves: leaves)))
        #expect(abs(elapsed + rest - total) < 0.1 * total, "\(elapsed + rest) of \(total)")
    }

    @Test func withoutAnEpochNothingIsKnown() {
        var pace = Pace()
        let work = WorkEstimate.Work(decodings: 100, epochs: 1)
        #expect(pace.seconds(for: work) == nil)
        // Epochs that are all alike: twice the work, twice the time.
        for _ in 0..<3 { pace.add(work, seconds: 2) }
        #expect(pace.seconds(for: 2 * work) == 4)
    }

    @Test func leavesThatDoNotCountMeanMoreSplits() {
        var state = RunState()
        state.enter(.subtree(leaf: 3))
        state.growthStep = 2
        state.effectiveLeaves = 4
        let all = estimate.restOfRun(state, leaves: 4)
        state.effectiveLeaves = 3
        #expect(estimate.restOfRun(state, leaves: 4).epochs > all.epochs)
    }

    /// A phase begins that is said to take twice as long: what is shown runs on, follows, and ends with the run.
    @Test func aForecastDoesNotLeap() {
        var forecast = Forecast()
        var (shown, now) = (100.0, 0.0)
        var steps: [Double] = []
        // The estimate is right about a run of 100 seconds until 20 of them are over; then 160 are left.
        while now < 180 {
            let estimate = now < 20 ? 100 - now : 180 - now
            let next = forecast.secondsLeft(estimate, now: now) ?? .nan
            steps.append(next - shown)
            shown = next
            if abs(now - 60) < 0.05 { #expect(abs(shown - 120) < 12) }
            now += 0.1
        }
        #expect(steps.allSatisfy { abs($0) < 1 })
        #expect(shown < 1)
        #expect(forecast.secondsLeft(nil, now: now) == nil)
    }
}
