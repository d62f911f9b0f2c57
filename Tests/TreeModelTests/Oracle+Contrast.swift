import Foundation
import Networks

@testable import TreeModel

/// The contrastive extension in plain loops.
extension Oracle {
    /// NT-Xent of vectors `[view][dimension]`, partners half the views apart.
    func contrast(_ vectors: [[Double]], weights: [Double], temperature: Double) -> Double {
        func cosine(_ a: [Double], _ b: [Double]) -> Double {
            func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
            return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
        }
        let views = vectors.count
        var loss = 0.0
        for i in 0..<views {
            var sum = 0.0
            for k in 0..<views where k != i { sum += exp(cosine(vectors[i], vectors[k]) / temperature) }
            let likeness = cosine(vectors[i], vectors[(i + views / 2) % views]) / temperature
            loss += weights[i] * (log(sum) - likeness)
        }
        return loss / weights.reduce(0, +)
    }

    /// All terms of a whole model, weighted as the settings say.
    func contrastive(_ settings: ContrastiveSettings, images: [[Double]], reach: [Int: [Double]]) -> Double {
        let levels = bottomUp(images)
        let ones = Array(repeating: 1.0, count: images.count)
        let projected = levels.reversed().enumerated().map { index, level in
            contrast(
                linear("projection/layer_\(index)/output", dense("projection/layer_\(index)/hidden", level)),
                weights: ones, temperature: settings.temperature)
        }
        var terms = [[projected.reduce(0, +) / Double(projected.count)]]
        for node in tree.nodes where node.isSplit {
            let q = router("\(nodeName(node.id))/inference_router", levels[node.depth])
            let term = contrast(
                q.map { [$0, 1 - $0] }, weights: reach[node.id]!, temperature: settings.routerTemperature)
            if node.id == 0 { terms[0].append(term) } else { terms.append([term]) }
        }
        return settings.weight
            * terms.reduce(0) { sum, node in
                let all = node.reduce(0, +)
                switch settings.combination {
                case .published: return sum + all / Double(node.count)
                case .sum: return sum + all
                }
            }
    }
}
