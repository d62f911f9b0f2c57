import Foundation
import TreeModel

extension Oracle {
    /// The negative log-likelihood of a sample.
    func loss(_ name: String, _ output: [Double], target: [Double]) -> Double {
        switch architecture.likelihood {
        case .bernoulli:
            return zip(target, output).reduce(0.0) { sum, pixel in
                let p = sigmoid(pixel.1)
                return sum - (pixel.0 * log(p) + (1 - pixel.0) * log(1 - p))
            }
        case .gaussian(let variance):
            return zip(target, output).reduce(0) { $0 + gaussian($1.0, mean: $1.1, variance: variance) }
        case .learnedGaussian(let minimum):
            return target.indices.reduce(0) {
                $0
                    + gaussian(
                        target[$1], mean: output[$1], variance: minimum + softplus(output[target.count + $1]))
            }
        case .negativeBinomial:
            let library = target.reduce(0, +)
            let total = output.map(exp).reduce(0, +)
            let dispersions = values("\(name)/log_dispersion").map(exp)
            return target.indices.reduce(0) { sum, g in
                let (x, theta, mean) = (target[g], dispersions[g], library * exp(output[g]) / total)
                return sum
                    - (lgamma(x + theta) - lgamma(theta) - lgamma(x + 1) + theta * log(theta / (theta + mean))
                        + x * log(mean / (theta + mean)))
            }
        }
    }

    private func gaussian(_ x: Double, mean: Double, variance: Double) -> Double {
        0.5 * (log(2 * .pi * variance) + (x - mean) * (x - mean) / variance)
    }
}
