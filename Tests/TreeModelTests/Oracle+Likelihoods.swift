import Foundation
import TreeModel

extension Oracle {
    /// The negative log-likelihood of a sample.
    func loss(_ name: String, _ output: [Double], target: [Double]) -> Double {
        switch architecture.likelihood {
        case .bernoulli:
            return zip(target, output).filter { !$0.0.isNaN }.reduce(0.0) { sum, pixel in
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
        case .mixed(let variance, let binary):
            return target.indices.filter { !target[$0].isNaN }.reduce(0) { sum, g in
                guard binary.contains(g) else {
                    return sum + gaussian(target[g], mean: output[g], variance: variance)
                }
                let p = sigmoid(output[g])
                return sum - (target[g] * log(p) + (1 - target[g]) * log(1 - p))
            }
        case .negativeBinomial, .zeroInflatedNegativeBinomial:
            let logits = output.prefix(target.count)
            let library = target.reduce(0, +)
            let total = logits.map(exp).reduce(0, +)
            let dispersions = values("\(name)/log_dispersion").map(exp)
            return target.indices.reduce(0) { sum, g in
                let (x, theta, mean) = (target[g], dispersions[g], library * exp(logits[g]) / total)
                let probability = exp(
                    lgamma(x + theta) - lgamma(theta) - lgamma(x + 1) + theta * log(theta / (theta + mean))
                        + x * log(mean / (theta + mean)))
                guard architecture.likelihood == .zeroInflatedNegativeBinomial else {
                    return sum - log(probability)
                }
                let zero = sigmoid(output[target.count + g])
                return sum - log((x == 0 ? zero : 0) + (1 - zero) * probability)
            }
        }
    }

    private func gaussian(_ x: Double, mean: Double, variance: Double) -> Double {
        0.5 * (log(2 * .pi * variance) + (x - mean) * (x - mean) / variance)
    }
}
