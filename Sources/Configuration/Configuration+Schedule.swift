extension Configuration {
    /// How the learning rate falls and the weight of the Kullback-Leibler terms rises; both start anew in
    /// each phase. See ``learningRate(phase:epoch:iterations:)`` and ``klWeight(phase:epoch:)``.
    public struct Schedule: Codable, Equatable, Sendable {
        /// Factor of the learning rate at each drop. TF and PT: 0.1.
        public var dropFactor = 0.1
        /// Epochs between drops. TF: 100, 100, 40, 100; PT: 100 in every phase.
        public var dropEvery = PerPhase(initial: 100, subtree: 100, intermediate: 40, finetune: 100)
        /// Epochs by which every drop comes early. TF: 1; PT: 0.
        public var dropOffset = 1
        /// Weight of the Kullback-Leibler terms in the first epoch of a phase. TF and PT, MNIST: 0.
        public var klStart = 0.0
        /// The same in the fine-tuning phase; `nil` = ``klStart``, as TF and PT for trees. TF, LadderVAE: 1.
        public var klStartFinetune: Double?
        /// Increment of that weight per epoch, in all phases but fine-tuning. TF and PT, MNIST: 0.001.
        public var klIncrement = 0.001
        /// The same in the fine-tuning phase. TF: 0.01; PT: max(0.01, 1 / (epochs - 1)).
        public var klIncrementFinetune = 0.01
        /// Epochs by which the weight lags behind. TF: 1 (the first two epochs have the same weight); PT: 0.
        public var klLag = 1
    }
}
