/// What of a table is reproduced, from which files, and where it is written.
public struct ReproductionPlan: Sendable {
    /// How long runs train.
    public enum Schedule: String, CaseIterable, Sendable {
        /// The paper's.
        case published
        /// A tenth of its epochs.
        case tenth
    }

    /// The table.
    public var table: PaperTable
    /// Data sets, by their names in `prepare`.
    public var datasets: [String]
    /// Its rows.
    public var methods: [Method]
    /// Seeds of what is trained.
    public var seeds: [Int]
    /// How long it is trained.
    public var schedule: Schedule
    /// Directory with one of shards for each data set.
    public var data: String
    /// Directory with one of the publisher's files for each data set that is not prepared; nil for none.
    public var downloads: String?
    /// Directory of the configurations.
    public var configurations: String
    /// Directory of the runs and of the table.
    public var out: String
    /// Draws of the log-likelihood. The paper: 1,000.
    public var draws: Int
    /// `key=value` for every run, after those of the schedule.
    public var overrides: [String]

    /// Everything of a table.
    public init(
        _ table: PaperTable, data: String, downloads: String? = nil, configurations: String, out: String
    ) {
        self.table = table
        datasets = table.datasets
        methods = table.methods
        seeds = Array(1...10)
        schedule = .published
        self.data = data
        self.downloads = downloads
        self.configurations = configurations
        self.out = out
        draws = 1000
        overrides = []
    }
}

/// A model that rows of the tables need.
enum TrainedModel: String {
    /// A tree with a leaf for each class, or the ten of Table 2.
    case tree = "treevae"
    /// The larger tree of the dendrogram and leaf purity.
    case largeTree = "treevae-large"
    case vae
    case ladderVae = "ladder-vae"
    case deepect

    /// What is added to a data set's name to be that of its configuration.
    var configurationSuffix: String {
        switch self {
        case .tree, .largeTree: ""
        case .vae: "-vae"
        case .ladderVae: "-ladder-vae"
        case .deepect: "-deepect"
        }
    }
}

extension Method {
    /// The models that its figures are of.
    func models(_ table: PaperTable) -> [TrainedModel] {
        switch self {
        case .agg: []
        case .vae, .vaeAgg: [.vae]
        case .ladderVae, .ladderVaeAgg: [.ladderVae]
        case .deepect: [.deepect]
        case .treeVae: table == .table1 ? [.tree, .largeTree] : [.tree]
        }
    }
}

/// How many clusters the paper counts.
enum ClusterCounts {
    /// Leaves of dendrogram and leaf purity.
    static func purity(_ dataset: String) -> Int {
        ["20newsgroups", "cifar-100"].contains(dataset) ? 30 : 20
    }

    /// Flat clusters of accuracy and NMI: as many as classes.
    static func flat(_ dataset: String) -> Int {
        switch dataset {
        case "20newsgroups", "cifar-100": 20
        case "omniglot-5": 5
        default: 10
        }
    }
}
