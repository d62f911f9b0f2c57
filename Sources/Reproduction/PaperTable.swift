/// A table of the paper.
public enum PaperTable: String, CaseIterable, Sendable {
    /// Hierarchical clustering: dendrogram and leaf purity, accuracy, NMI.
    case table1
    /// Generation: log-likelihood, reconstruction loss, ELBO.
    case table2

    /// Its columns.
    public var metrics: [Metric] {
        switch self {
        case .table1: [.dp, .lp, .acc, .nmi]
        case .table2: [.logLikelihood, .reconstruction, .elbo]
        }
    }

    /// Its rows of a data set.
    public var methods: [Method] {
        switch self {
        case .table1: [.agg, .vaeAgg, .ladderVaeAgg, .deepect, .treeVae]
        case .table2: [.vae, .ladderVae, .treeVae]
        }
    }

    /// The data sets, by their names in `prepare`.
    public var datasets: [String] {
        switch self {
        case .table1: ["mnist", "fashion-mnist", "20newsgroups", "omniglot-5", "cifar-10", "cifar-100"]
        case .table2: ["mnist", "fashion-mnist", "20newsgroups", "omniglot"]
        }
    }
}

/// A column of the paper's tables.
public enum Metric: String, CaseIterable, Codable, Sendable {
    /// Dendrogram purity, per cent.
    case dp
    /// Leaf purity, per cent.
    case lp
    /// Accuracy, per cent.
    case acc
    /// Normalised mutual information, per cent.
    case nmi
    /// The paper's estimate of the log-likelihood, nats.
    case logLikelihood = "ll"
    /// Reconstruction loss, nats.
    case reconstruction = "rl"
    /// Evidence lower bound, nats.
    case elbo

    /// Its heading.
    public var heading: String { rawValue.uppercased() }
}

/// A row of the paper's tables.
public enum Method: String, CaseIterable, Sendable {
    /// Ward's agglomerative clustering of the samples.
    case agg
    /// That of a VAE's latents.
    case vaeAgg = "vae-agg"
    /// That of a LadderVAE's latents.
    case ladderVaeAgg = "ladder-vae-agg"
    /// A deep embedded cluster tree.
    case deepect
    /// A VAE.
    case vae
    /// A LadderVAE.
    case ladderVae = "ladder-vae"
    /// TreeVAE.
    case treeVae = "treevae"

    /// Its name in the paper.
    public var title: String {
        switch self {
        case .agg: "Agg"
        case .vaeAgg: "VAE + Agg"
        case .ladderVaeAgg: "LadderVAE + Agg"
        case .deepect: "DeepECT"
        case .vae: "VAE"
        case .ladderVae: "LadderVAE"
        case .treeVae: "TreeVAE"
        }
    }

    /// Whether seeds give other results.
    var dependsOnSeed: Bool { self != .agg }
}
