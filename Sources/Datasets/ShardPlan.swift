/// How samples become shards.
public struct ShardPlan: Sendable {
    /// Shards of each split.
    public var shards: Int
    /// Share of a pool's samples that goes to the test split, in [0, 1); without effect where the source has
    /// splits of its own.
    public var testFraction: Double
    /// Which samples of a pool they are.
    public var seed: UInt64
    /// Deflate level from 1 to 9, or `nil` for none. At 4, grey images shrink fivefold, and are read at some 350 MB/s; other
    /// levels are read about as fast.
    public var deflate: Int?

    /// The same for so many samples, each shard with one of them at least.
    func limited(to count: Int) -> ShardPlan {
        var plan = self
        plan.shards = min(shards, count)
        return plan
    }

    /// A plan.
    public init(shards: Int = 4, testFraction: Double = 0.2, seed: UInt64 = 1, deflate: Int? = nil) {
        self.shards = shards
        self.testFraction = testFraction
        self.seed = seed
        self.deflate = deflate
    }
}

/// How far a preparation is.
public struct PreparationProgress: Sendable {
    /// What is being done: "reading", "writing".
    public let stage: String
    /// How much of it is done.
    public let done: Int
    /// How much there is.
    public let total: Int
    /// What is counted: "samples", "lines".
    public let unit: String

    /// Progress of a stage.
    public init(_ stage: String, done: Int, of total: Int, unit: String = "samples") {
        self.stage = stage
        self.done = done
        self.total = total
        self.unit = unit
    }

    /// Takes progress as it is made.
    public typealias Handler = (PreparationProgress) -> Void
}

/// What was written of a split.
public struct PreparedSplit: Sendable, Equatable {
    /// The split.
    public let split: Split
    /// Number of samples.
    public let count: Int
    /// Number of shards.
    public let shards: Int
    /// Samples of each class; empty without labels.
    public let classCounts: [Int]
}
