/// A rank that has waited for too long.
struct Stall: Equatable {
    let rank: Int
    let host: String
    let operation: String
    let purpose: String
    let seconds: Double
    /// Ranks of this node that have not begun the operation.
    let missing: [Int]
    /// Ranks of other nodes, which cannot be seen from here.
    let unseen: Int

    /// One line for standard error.
    func description(_ event: String) -> String {
        let who =
            switch (missing.isEmpty, unseen > 0) {
            case (false, _): "not arrived: \(missing.count == 1 ? "rank" : "ranks") \(list) on this host"
            case (true, true): "all ranks on this host have arrived, so it waits for another host"
            case (true, false): "all ranks have arrived, so the transport itself is stuck"
            }
        return "\(event): rank \(rank) on \(host) has waited \(Int(seconds.rounded())) s in the "
            + "\(operation) of \(purpose); \(who)"
    }

    private var list: String {
        missing.prefix(8).map(String.init).joined(separator: ", ") + (missing.count > 8 ? ", ..." : "")
    }
}
