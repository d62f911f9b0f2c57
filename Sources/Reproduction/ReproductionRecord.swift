/// What came out of one method with one seed on one data set.
public struct ReproductionRecord: Codable, Equatable, Sendable {
    /// Name of the data set.
    public let dataset: String
    /// The method.
    public let method: String
    /// The seed; 0 where there is no chance.
    public let seed: Int
    /// Seconds of training, or of clustering.
    public var seconds: Double
    /// By metric: per cent, or nats.
    public var figures: [String: Double]

    init(dataset: String, method: Method, seed: Int, seconds: Double, figures: [Metric: Double]) {
        self.dataset = dataset
        self.method = method.rawValue
        self.seed = seed
        self.seconds = seconds
        self.figures = Dictionary(uniqueKeysWithValues: figures.map { ($0.rawValue, $1) })
    }

    subscript(metric: Metric) -> Double? { figures[metric.rawValue] }
}
