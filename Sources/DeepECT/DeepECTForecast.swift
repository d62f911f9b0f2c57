import Batches
import Checkpoints
import Foundation
import Training

/// What a run will be, told before its first step.
public struct DeepECTForecast {
    private let plan: RunPlan
    private let ranks: Int

    /// Describes a plan on a number of ranks.
    public init(_ plan: RunPlan, ranks: Int) {
        self.plan = plan
        self.ranks = ranks
    }

    /// A few lines for people.
    public var text: String {
        let (configuration, training) = (plan.configuration, plan.training)
        let widths = [training.features] + configuration.deepect.hidden + [configuration.deepect.embedding]
        return """
            data        \(training.name): \(training.count) training and \(plan.test.map { "\($0.count) test" } ?? "no test") \
            samples of \(training.shape.map(String.init).joined(separator: "x")), \(training.classCount) classes
            ranks       \(ranks), batches of \(configuration.training.batchSize)
            augmented   \(configuration.augmentationText)
            autoencoder \(widths.map(String.init).joined(separator: "-")) and back, \(parameters) parameters
            work        \(text(6e-9 * Double(parameters * configuration.training.batchSize))) GFLOP a step
            exchange    \(text(megabytes(parameters))) MB of gradients a step
            memory      about \(Int(megabytes(4 * parameters) + held)) MB a rank, data included
            tree        up to \(configuration.growth.maxLeaves) leaves, a split every \
            \(configuration.deepect.splitEvery) steps
            output      \(plan.directory.path)
            """
    }

    private func text(_ number: Double) -> String { String(format: "%.2f", number) }

    /// Megabytes of so many numbers.
    private func megabytes(_ count: Int) -> Double {
        Double(count * (plan.configuration.precision == .double ? 8 : 4)) / 1e6
    }

    /// Megabytes of samples.
    private var held: Double { Double(plan.datasets.reduce(0) { $0 + $1.heldBytes }) / 1e6 }

    private var parameters: Int {
        plan.configuration.deepect.matrices(features: plan.training.features).reduce(0) {
            $0 + $1.rows * ($1.columns + 1)
        }
    }
}
