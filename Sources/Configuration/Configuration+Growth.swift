extension Configuration {
    /// When a leaf is split, when growth stops, what is pruned.
    public struct Growth: Codable, Equatable, Sendable {
        /// Leaves of the tree that growth starts from: 2, or 1 for a root whose first split is one like the others. TF and
        /// PT: 2.
        public var firstLeaves = 2
        /// Growth stops at so many effective leaves. TF and PT, MNIST: 10 (20 for dendrogram purity).
        public var maxLeaves = 10
        /// What ranks the leaves: the first of them splits. TF and PT: `samples`.
        public var criterion = Criterion.samples
        /// What happens when the first leaf is at ``maxDepth``. TF and PT: `stop`.
        public var whenFull = WhenFull.stop
        /// Deepest level that a leaf may be on; the root is on level 0. TF and PT: levels - 1.
        public var maxDepth = 5
        /// A leaf is effective from this share of the samples on. TF and PT: 0.01.
        public var effectiveShare = 0.01
        /// Growth steps between intermediate phases. TF and PT: 3.
        public var intermediateEvery = 3
        /// A leaf with fewer samples is not split; `nil` = ``Training/batchSize``, as TF and PT.
        public var minimumSamples: Int?
        /// Whether z of the leaf being split is drawn once per growth step and sample. TF: yes;
        /// PT: no, anew in every step. With ``Augmentation`` it is drawn anew in any case, as in TF.
        public var fixedSubsetLatents = true
        /// Whether the subtree's reconstruction loss is weighted with the reach probability. TF: no; PT: yes.
        public var weightedReconstruction = false
        /// Whether leaves with few samples are removed. TF and PT: yes.
        public var prune = true
        /// When. TF and PT: `before` fine-tuning; the paper says during it.
        public var pruneWhen = PruneWhen.before
        /// Leaves with a smaller share of hard-assigned samples are pruned. TF and PT: 0.01.
        public var pruneShare = 0.01
        /// Where the two new leaves of a split start. TF and PT: `random`.
        public var start = Start.random
        /// Epochs of a split that `mixture` leads, less with each.
        public var leadEpochs = 10
        /// The share of a leaf's samples that each of these groups has at least.
        public var leastCloud = 0.05
        /// A leaf is split only if its two groups share no more of its latents than this; 1 = any leaf.
        public var mostOverlap = 1.0
    }

    /// Where a split starts.
    public enum Start: String, Choice {
        /// Anywhere.
        case random
        /// At the two groups of the leaf's latents that overlap least.
        case mixture
    }

    /// When leaves with few samples are removed.
    public enum PruneWhen: String, Choice {
        /// Once, before fine-tuning.
        case before
        /// Before fine-tuning and after each of its epochs, so that no leaf of a finished tree is small.
        case during
    }

    /// What ranks the leaves.
    public enum Criterion: String, Choice {
        /// The samples in the leaf's subset.
        case samples
        /// The leaf's part of the reconstruction loss, over all training samples.
        case reconstruction
        /// The leaf's part of the negative ELBO: its reconstruction loss and its Kullback-Leibler term.
        case elbo
    }

    /// What happens when the leaf that should split cannot go deeper.
    public enum WhenFull: String, Choice {
        /// Growth ends.
        case stop
        /// The next leaf splits that can.
        case nextLeaf = "next-leaf"
    }

    /// Samples that a leaf must hold to be split: ``Growth/minimumSamples`` or the batch size.
    public var minimumSamplesToSplit: Int { growth.minimumSamples ?? training.batchSize }
}
