extension Configuration {
    /// Batches and lengths of the phases.
    public struct Training: Codable, Equatable, Sendable {
        /// Samples of a batch, over all ranks together; where ``Augmentation/views`` is 2, the views. TF and PT: 256.
        public var batchSize = 256
        /// Whether the last batch of an epoch is left out when it is short. TF: no; PT: yes.
        public var dropLast = false
        /// Epochs of each phase. TF and PT, MNIST: 150, 150, 80, 200.
        public var epochs = PerPhase(initial: 150, subtree: 150, intermediate: 80, finetune: 200)
        /// Steps between comparisons of the ranks' parameters; 0 = only after a change of topology.
        public var replicaCheckEvery = 100
    }

    /// One number for each phase.
    public struct PerPhase: Codable, Equatable, Sendable {
        /// The root and its two leaves.
        public var initial: Int
        /// The two new leaves of each growth step, all else frozen.
        public var subtree: Int
        /// The whole tree, between growth steps.
        public var intermediate: Int
        /// The whole pruned tree, at the end.
        public var finetune: Int

        /// The number for `phase`.
        public subscript(phase: Phase) -> Int {
            switch phase {
            case .initial: initial
            case .subtree: subtree
            case .intermediate: intermediate
            case .finetune: finetune
            }
        }
    }

    /// Samples of a full batch, each of which has ``Augmentation/views`` columns in it.
    public var samplesPerBatch: Int { training.batchSize / max(1, augmentation.views) }
}
