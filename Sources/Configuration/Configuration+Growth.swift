extension Configuration {
    /// When a leaf is split, when growth stops, what is pruned.
    public struct Growth: Codable, Equatable, Sendable {
        /// Growth stops at so many effective leaves. TF and PT, MNIST: 10 (20 for dendrogram purity).
        public var maxLeaves = 10
        /// Deepest level that a leaf may be on; the root is on level 0. TF and PT: levels - 1.
        public var maxDepth = 5
        /// A leaf is effective from this share of the samples on. TF and PT: 0.01.
        public var effectiveShare = 0.01
        /// Growth steps between intermediate phases. TF and PT: 3.
        public var intermediateEvery = 3
        /// A leaf with fewer samples is not split; `nil` = ``Training/batchSize``, as TF and PT.
        public var minimumSamples: Int?
        /// Whether z of the leaf being split is drawn once per growth step and sample. TF: yes;
        /// PT: no, anew in every step.
        public var fixedSubsetLatents = true
        /// Whether the subtree's reconstruction loss is weighted with the reach probability. TF: no; PT: yes.
        public var weightedReconstruction = false
        /// Whether leaves with few samples are removed before fine-tuning. TF and PT: yes.
        public var prune = true
        /// Leaves with a smaller share of hard-assigned samples are pruned. TF and PT: 0.01.
        public var pruneShare = 0.01
    }

    /// Samples that a leaf must hold to be split: ``Growth/minimumSamples`` or the batch size.
    public var minimumSamplesToSplit: Int { growth.minimumSamples ?? training.batchSize }
}
