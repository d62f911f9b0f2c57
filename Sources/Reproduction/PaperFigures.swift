/// What the paper reports: means over ten seeds, with deviations where they are known here.
public struct PaperFigure: Sendable, Equatable {
    /// Mean of ten seeds.
    public let mean: Double
    /// Deviation; nil where it is not known here.
    public let deviation: Double?

    /// Runs behind each figure.
    public static let runs = 10

    /// The figure of a cell; nil where it is not known here.
    public init?(_ table: PaperTable, dataset: String, method: Method, metric: Metric) {
        guard let row = Self.rows[table]?[dataset]?[method],
            let column = table.metrics.firstIndex(of: metric)
        else { return nil }
        mean = row[column]
        deviation = Self.deviations[table]?[dataset]?[method]?[column]
    }

    private typealias Rows = [PaperTable: [String: [Method: [Double]]]]

    /// In the order of the table's metrics.
    private static let rows: Rows = [
        .table1: [
            "mnist": [
                .agg: [63.7, 78.6, 69.5, 71.1], .vaeAgg: [79.9, 90.8, 86.6, 81.6],
                .ladderVaeAgg: [81.6, 90.9, 80.3, 82.0], .deepect: [74.6, 90.7, 74.9, 76.7],
                .treeVae: [87.9, 96.0, 90.2, 90.0],
            ],
            "fashion-mnist": [
                .agg: [45.0, 67.6, 51.3, 52.6], .vaeAgg: [44.3, 65.9, 54.9, 56.1],
                .ladderVaeAgg: [49.5, 67.6, 55.9, 60.7], .deepect: [44.9, 67.8, 51.8, 57.7],
                .treeVae: [54.4, 71.4, 63.6, 64.7],
            ],
            "20newsgroups": [
                .agg: [13.1, 30.8, 26.1, 27.5], .vaeAgg: [7.1, 18.1, 15.2, 11.6],
                .ladderVaeAgg: [9.0, 20.0, 17.4, 17.8], .deepect: [9.3, 17.2, 15.6, 18.1],
                .treeVae: [17.5, 38.4, 32.8, 34.4],
            ],
            "omniglot-5": [
                .agg: [41.4, 63.7, 53.2, 33.3], .vaeAgg: [46.3, 68.1, 52.9, 34.4],
                .ladderVaeAgg: [49.8, 71.3, 59.6, 44.2], .deepect: [33.3, 55.1, 41.1, 23.5],
            ],
            "cifar-10": [.treeVae: [35.3, 53.9, 53.0, 41.4]],
        ],
        .table2: [
            "mnist": [
                .vae: [-101.9, 87.2, -104.6], .ladderVae: [-99.9, 87.8, -103.2],
                .treeVae: [-92.9, 80.3, -96.8],
            ],
            "fashion-mnist": [
                .vae: [-242.2, 231.7, -245.4], .ladderVae: [-239.4, 231.5, -243.0],
                .treeVae: [-234.7, 226.5, -239.2],
            ],
            "20newsgroups": [.treeVae: [-51.67, 45.83, -52.79]],
            "omniglot": [.treeVae: [-110.4, 96.9, -114.6]],
        ],
    ]

    private static let deviations: Rows = [
        .table1: ["mnist": [.treeVae: [4.9, 1.9, 7.5, 4.6]]],
        .table2: ["mnist": [.treeVae: [0.2, 0.2, 0.2]]],
    ]
}

/// A figure that others have published since, and what it uses beyond TreeVAE's setting.
public struct LaterWork: Sendable {
    /// Who.
    public let system: String
    /// Dendrogram purity, leaf purity, accuracy and NMI in per cent, where they are given.
    public let figures: [Double?]
    /// What it uses more.
    public let uses: String

    /// The rows beside a data set of Table 1, as their authors publish them; none was run here.
    public static func rows(dataset: String) -> [LaterWork] { all[dataset] ?? [] }

    private static let all: [String: [LaterWork]] = [
        "mnist": [
            .init(
                system: "HDTree (2026)", figures: [91.9, 96.6, 96.6, 92.4],
                uses: "augmentation, pairs of neighbours"),
            .init(
                system: "DeepTaxonNet (2025)", figures: [76.6, 96.7, 94.8, 88.1],
                uses: "training labels for ACC; 2,047 nodes"),
            .init(
                system: "CoHiClust (2023)", figures: [nil, nil, 99, nil], uses: "contrastive augmentation"),
            .init(system: "VaDE + Ward", figures: [88.6, nil, nil, nil], uses: "a mixture as prior"),
        ],
        "fashion-mnist": [
            .init(
                system: "HDTree (2026)", figures: [nil, nil, 71.1, nil],
                uses: "augmentation, pairs of neighbours"),
            .init(
                system: "DeepTaxonNet (2025)", figures: [59.8, 81.6, 81.2, 72.2],
                uses: "training labels for ACC; 2,047 nodes"),
            .init(
                system: "CoHiClust (2023)", figures: [nil, nil, 65, nil], uses: "contrastive augmentation"),
        ],
        "20newsgroups": [
            .init(
                system: "VaDE + Ward", figures: [25.1, nil, nil, nil],
                uses: "a mixture as prior; 2,000 documents")
        ],
        "cifar-10": [
            .init(
                system: "CoHiClust (2023)", figures: [nil, nil, 83.9, nil],
                uses: "contrastive augmentation, ResNet"),
            .init(
                system: "DeepTaxonNet (2025)", figures: [42.9, 54.3, 68.0, 51.8],
                uses: "training labels for ACC; 2,047 nodes"),
            .init(system: "L2H-TURTLE (2025)", figures: [98.8, nil, 99.5, nil], uses: "pretrained features"),
        ],
    ]
}
