extension Configuration {
    /// Adam (Kingma and Ba 2015), made anew at the start of each phase.
    public struct Optimizer: Codable, Equatable, Sendable {
        /// Step size before schedule and time decay. TF and PT: 1e-3.
        public var learningRate = 1e-3
        /// Share of the old first moment kept at each step. TF and PT: 0.9.
        public var beta1 = 0.9
        /// Share of the old second moment kept at each step. TF and PT: 0.999.
        public var beta2 = 0.999
        /// Keeps the denominator from zero. TF: 1e-7; PT: 1e-8.
        public var epsilon = 1e-7
        /// Where epsilon stands relative to the correction of the moments. TF: `keras`; PT: `torch`.
        public var biasCorrection = BiasCorrection.keras
        /// Coupled L2 decay: this times the parameter is added to its gradient. TF: 0; PT: 1e-5.
        public var weightDecay = 0.0
        /// Decay of the learning rate per step of a phase, `rate / (1 + decay * steps)`, in all phases but
        /// fine-tuning. TF: 1e-5; PT: 0.
        public var timeDecay = 1e-5
        /// The same in the fine-tuning phase. TF and PT: 0.
        public var timeDecayFinetune = 0.0
    }

    /// Where epsilon stands in Adam, with `c₁ = 1 - β₁ᵗ`, `c₂ = 1 - β₂ᵗ`.
    public enum BiasCorrection: String, Choice {
        /// `p -= rate * √c₂ / c₁ * m / (√v + ε)`.
        case keras
        /// `p -= rate / c₁ * m / (√(v / c₂) + ε)`.
        case torch
    }
}
