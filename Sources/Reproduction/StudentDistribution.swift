import Foundation

/// Student's t-distribution.
struct StudentDistribution {
    /// Degrees of freedom, above 0.
    let freedom: Double

    /// The bound that |t| stays below with a probability.
    func bound(of probability: Double) -> Double {
        var (low, high) = (0.0, 1.0)
        while inside(high) < probability { high *= 2 }
        for _ in 0..<200 where high - low > 1e-12 * high {
            let middle = (low + high) / 2
            if inside(middle) < probability { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// P(|t| < bound).
    private func inside(_ bound: Double) -> Double {
        1 - Self.incompleteBeta(freedom / 2, 0.5, at: freedom / (freedom + bound * bound))
    }

    /// The regularised incomplete beta function, by its continued fraction (Lentz; Press et al., "Numerical Recipes", 6.4).
    private static func incompleteBeta(_ a: Double, _ b: Double, at x: Double) -> Double {
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        // The fraction converges fast below the mean; above it the other tail is taken.
        if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(b, a, at: 1 - x) }
        let beta = lgamma(a + b) - lgamma(a) - lgamma(b)
        let front = exp(beta + a * log(x) + b * log(1 - x)) / a
        let least = Double.leastNormalMagnitude
        func away(_ value: Double) -> Double { abs(value) < least ? least : value }
        var c = 1.0
        var d = 1 / away(1 - (a + b) * x / (a + 1))
        var result = d
        for m in 1...1000 {
            let number = Double(m)
            let place = a + 2 * number
            let even = number * (b - number) * x / ((place - 1) * place)
            let odd = -(a + number) * (a + b + number) * x / (place * (place + 1))
            for numerator in [even, odd] {
                d = 1 / away(1 + numerator * d)
                c = away(1 + numerator / c)
                result *= c * d
            }
            if abs(c * d - 1) < 1e-15 { break }
        }
        return front * result
    }
}
