/// What a likelihood of columns that differ, or miss values, knows of each: whether it is binary.
package final class MixedColumns {
    /// `[features]`, 1 for a cross-entropy.
    package let binary: UnsafeMutablePointer<UInt8>
    /// Of the Gaussians.
    package let variance: Double

    /// Nil where all columns are alike and no value is missing.
    package init?(_ architecture: Architecture) {
        let features = architecture.features
        let places: any Sequence<Int>
        switch architecture.likelihood {
        case .mixed(let variance, let binary):
            self.variance = variance
            places = binary
        case .gaussian(let variance) where architecture.mayMiss:
            self.variance = variance
            places = []
        case .bernoulli where architecture.mayMiss:
            variance = 1
            places = 0..<features
        case .bernoulli, .gaussian, .learnedGaussian, .negativeBinomial, .zeroInflatedNegativeBinomial:
            precondition(!architecture.mayMiss, "this likelihood leaves nothing out")
            return nil
        }
        binary = .allocate(capacity: features)
        binary.initialize(repeating: 0, count: features)
        for place in places { binary[place] = 1 }
    }

    deinit { binary.deallocate() }
}
