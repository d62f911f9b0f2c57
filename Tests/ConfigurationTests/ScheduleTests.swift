import Testing
import TestSupport

@testable import Configuration

@Suite struct ScheduleTests {
    /// Learning rates of all epochs of a phase as `(rate, epochs)` runs, at the first step of the phase.
    private func runs(_ configuration: Configuration, _ phase: Phase) -> [[Double]] {
        var runs: [[Double]] = []
        for epoch in 0..<configuration.training.epochs[phase] {
            let rate = configuration.learningRate(phase: phase, epoch: epoch, iterations: 0)
            if let last = runs.last, abs(last[0] / rate - 1) < 1e-12 {
                runs[runs.count - 1][1] += 1
            } else {
                runs.append([rate, 1])
            }
        }
        return runs
    }

    private func expectRuns(_ configuration: Configuration, _ phase: Phase, _ wanted: [[Double]]) {
        let runs = runs(configuration, phase)
        #expect(runs.map { $0[1] } == wanted.map { $0[1] })
        for (run, want) in zip(runs, wanted) { #expect(abs(run[0] / want[0] - 1) < 1e-12) }
    }

    @Test func learningRateOfTheTensorFlowImplementation() {
        let configuration = Configuration()
        expectRuns(configuration, .initial, [[1e-3, 99], [1e-4, 51]])
        expectRuns(configuration, .subtree, [[1e-3, 99], [1e-4, 51]])
        expectRuns(configuration, .intermediate, [[1e-3, 39], [1e-4, 40], [1e-5, 1]])
        expectRuns(configuration, .finetune, [[1e-3, 99], [1e-4, 100], [1e-5, 1]])
    }

    @Test func learningRateOfThePyTorchImplementation() throws {
        var configuration = Configuration()
        configuration.schedule.dropOffset = 0
        configuration.schedule.dropEvery.intermediate = 100
        configuration.optimizer.timeDecay = 0
        expectRuns(configuration, .initial, [[1e-3, 100], [1e-4, 50]])
        expectRuns(configuration, .intermediate, [[1e-3, 80]])
        expectRuns(configuration, .finetune, [[1e-3, 100], [1e-4, 100]])
        #expect(configuration.learningRate(phase: .initial, epoch: 0, iterations: 40_000) == 1e-3)
    }

    @Test func timeDecayCountsStepsExceptInFineTuning() {
        let configuration = Configuration()
        let decayed = configuration.learningRate(phase: .subtree, epoch: 0, iterations: 100_000)
        #expect(abs(decayed - 5e-4) < 1e-18)
        #expect(configuration.learningRate(phase: .finetune, epoch: 0, iterations: 100_000) == 1e-3)
    }

    /// The LadderVAE of the TensorFlow implementation: no drop and a weight from 0 to 1, then drops and the weight 1.
    @Test(arguments: ["mnist-vae", "mnist-ladder-vae", "cifar-10-ladder-vae", "20newsgroups-vae"])
    func scheduleOfTheBaselines(name: String) throws {
        let configuration = try Configuration(file: Repository.root + "/configs/\(name).yml")
        expectRuns(configuration, .initial, [[1e-3, 700]])
        expectRuns(configuration, .finetune, [[1e-3, 99], [1e-4, 100], [1e-5, 100], [1e-6, 1]])
        let weights = [0, 1, 2, 200, 201, 699].map { configuration.klWeight(phase: .initial, epoch: $0) }
        for (weight, wanted) in zip(weights, [0, 0, 0.005, 0.995, 1, 1]) {
            #expect(abs(weight - wanted) < 1e-12)
        }
        #expect([0, 1, 299].allSatisfy { configuration.klWeight(phase: .finetune, epoch: $0) == 1 })
        // MNIST: 3.8e-4 at the end of 700 epochs of 235 steps.
        let last = configuration.learningRate(phase: .initial, epoch: 699, iterations: 700 * 235)
        #expect(abs(last - 3.8e-4) < 1e-5)
    }

    @Test func klWeightOfTheTensorFlowImplementation() {
        let configuration = Configuration()
        #expect(configuration.klWeight(phase: .initial, epoch: 0) == 0)
        #expect(configuration.klWeight(phase: .initial, epoch: 1) == 0)
        #expect(abs(configuration.klWeight(phase: .initial, epoch: 149) - 0.148) < 1e-15)
        #expect(abs(configuration.klWeight(phase: .intermediate, epoch: 79) - 0.078) < 1e-15)
        #expect(configuration.klWeight(phase: .finetune, epoch: 100) < 1)
        #expect(configuration.klWeight(phase: .finetune, epoch: 101) == 1)
        #expect(configuration.klWeight(phase: .finetune, epoch: 199) == 1)
    }

    @Test func klWeightOfThePyTorchImplementation() {
        var configuration = Configuration()
        configuration.schedule.klLag = 0
        configuration.schedule.klStart = 0.01
        #expect(configuration.klWeight(phase: .initial, epoch: 0) == 0.01)
        #expect(abs(configuration.klWeight(phase: .subtree, epoch: 149) - 0.159) < 1e-15)
        configuration.schedule.klStart = 0
        #expect(configuration.klWeight(phase: .finetune, epoch: 99) < 1)
        #expect(configuration.klWeight(phase: .finetune, epoch: 100) == 1)
    }

    @Test func aTenthOfTheScheduleEndsWhereTheWholeOneDoes() throws {
        let whole = Configuration()
        let tenth = try Configuration(
            yaml: Repository.text(of: "configs/mnist-tenth.yml"), place: "mnist-tenth.yml")
        for phase in Phase.allCases {
            let epochs = whole.training.epochs[phase]
            #expect(tenth.training.epochs[phase] * 10 == epochs)
            let weights = [(whole, epochs), (tenth, epochs / 10)].map {
                $0.klWeight(phase: phase, epoch: $1 - 1)
            }
            #expect(abs(weights[0] - weights[1]) <= 0.01, "\(phase)")
        }
        expectRuns(tenth, .initial, [[3e-3, 10], [3e-4, 5]])
        // The reference whose settings these are drops nothing in its 80 epochs.
        expectRuns(tenth, .intermediate, [[3e-3, 8]])
        expectRuns(tenth, .finetune, [[3e-3, 10], [3e-4, 10]])
    }
}
