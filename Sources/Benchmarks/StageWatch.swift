/// Takes the time of the stages of a step, over several steps.
struct StageWatch {
    private let clock = ContinuousClock()
    private var last = ContinuousClock.now
    private var names: [String] = []
    private var seconds: [String: [Double]] = [:]

    /// Begins a step.
    mutating func start() { last = clock.now }

    /// Ends a stage that began with the end of the one before, and returns its seconds.
    @discardableResult
    mutating func stop(_ stage: String) -> Double {
        let now = clock.now
        let duration = (now - last) / .seconds(1)
        add(stage, duration)
        last = now
        return duration
    }

    /// Adds a time that was taken elsewhere.
    mutating func add(_ stage: String, _ duration: Double) {
        if seconds[stage] == nil { names.append(stage) }
        seconds[stage, default: []].append(duration)
    }

    /// The median of each stage over the steps, in the order of the stages.
    var medians: [StepBenchmark.Stage] {
        names.map { name in
            let sorted = seconds[name, default: [0]].sorted()
            return StepBenchmark.Stage(name: name, milliseconds: sorted[sorted.count / 2] * 1e3)
        }
    }
}
