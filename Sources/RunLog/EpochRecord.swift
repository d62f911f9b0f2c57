/// What one epoch of one phase gave: a line of `metrics.jsonl`, a row of a checkpoint's history.
///
/// Losses are means over the samples of the epoch, in nats per sample.
public struct EpochRecord: Equatable, Sendable {
    /// Phase: `initial`, `subtree`, `intermediate` or `finetune`.
    public var phase: String
    /// Position of the phase among all phases of the run, from 0: tells apart phases of the same name.
    public var phaseIndex: Int
    /// Growth steps finished before this phase; of a subtree phase, the step it belongs to, from 0.
    public var growthStep: Int
    /// Epoch within the phase, from 0.
    public var epoch: Int
    /// Leaves of the tree during the epoch.
    public var leaves: Int
    /// What is minimised: reconstruction plus alpha times the sum of the divergences, plus the contrastive terms.
    public var loss: Double
    /// Reconstruction loss.
    public var recLoss: Double
    /// Kullback-Leibler divergence of the root's latents.
    public var klRoot: Double
    /// Kullback-Leibler divergences of the latents of all other nodes, summed.
    public var klNodes: Double
    /// Kullback-Leibler divergences of the decisions, summed.
    public var klDecisions: Double
    /// What the contrastive extension adds to the loss, its weight included; absent where it is off.
    public var contrastive: Double?
    /// How far a cluster tree's leaves are from the means of their samples; of deep embedded cluster trees alone.
    public var nodeCentres: Double?
    /// How far samples are from their nodes, in the directions that part siblings; of deep embedded cluster trees alone.
    public var dataCompression: Double?
    /// Weight of the divergences.
    public var alpha: Double
    /// Learning rate of the last step.
    public var learningRate: Double
    /// Duration in seconds.
    public var seconds: Double
    /// Training samples per second, over all ranks.
    public var samplesPerSecond: Double
    /// Clustering accuracy in [0, 1], where there are labels.
    public var acc: Double?
    /// Normalised mutual information in [0, 1], where there are labels.
    public var nmi: Double?

    /// A record.
    public init(
        phase: String, phaseIndex: Int, growthStep: Int, epoch: Int, leaves: Int, loss: Double,
        recLoss: Double, klRoot: Double, klNodes: Double, klDecisions: Double,
        contrastive: Double? = nil, nodeCentres: Double? = nil, dataCompression: Double? = nil, alpha: Double,
        learningRate: Double, seconds: Double, samplesPerSecond: Double, acc: Double? = nil,
        nmi: Double? = nil
    ) {
        self.phase = phase
        self.phaseIndex = phaseIndex
        self.growthStep = growthStep
        self.epoch = epoch
        self.leaves = leaves
        self.loss = loss
        self.recLoss = recLoss
        self.klRoot = klRoot
        self.klNodes = klNodes
        self.klDecisions = klDecisions
        self.contrastive = contrastive
        self.nodeCentres = nodeCentres
        self.dataCompression = dataCompression
        self.alpha = alpha
        self.learningRate = learningRate
        self.seconds = seconds
        self.samplesPerSecond = samplesPerSecond
        self.acc = acc
        self.nmi = nmi
    }
}
