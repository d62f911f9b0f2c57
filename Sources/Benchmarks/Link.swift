/// What two ranks exchange messages over: to send and receive as many bytes at once takes
/// `latency + bytes / bandwidth`.
public struct Link: Codable, Sendable, Equatable {
    /// Seconds that the smallest message takes.
    public let latency: Double
    /// Bytes a second, each way.
    public let bandwidth: Double

    enum CodingKeys: String, CodingKey {
        case bandwidth
        case latency = "latency_seconds"
    }

    /// A link of known latency and bandwidth.
    public init(latency: Double, bandwidth: Double) {
        precondition(latency >= 0 && bandwidth > 0, "a link takes no negative time")
        self.latency = latency
        self.bandwidth = bandwidth
    }

    /// The link between two ranks, from the line of their sums: a short one is one message each way, of a long one
    /// each way carries half of the numbers twice.
    public init(_ model: AllreduceModel) {
        precondition(model.ranks == 2, "a link is between two ranks")
        self.init(latency: model.latency, bandwidth: model.bandwidth)
    }

    /// Seconds for a message each way.
    ///
    /// - Parameter pairs: of ranks that send as much over the link at the same time.
    public func seconds(bytes: Double, pairs: Int = 1) -> Double {
        latency + Double(pairs) * bytes / bandwidth
    }
}
