/// A rank that has waited for too long.
struct Stall: Equatable {
    let rank: Int
    let host: String
    let operation: String
    let purpose: String
    let seconds: Double
    /// Ranks of this node that have not begun the operation.
    let missing: [Int]
    /// Ranks of this node that give no sign of life: they were stopped, or get no time on any processor.
    var silent: [Int] = []
    /// Ranks of other nodes, which cannot be seen from here.
    let unseen: Int

    /// One line for standard error.
    func description(_ event: String) -> String {
        let who =
            switch (silent.isEmpty, missing.isEmpty, unseen > 0) {
            case (false, _, _):
                "\(list(silent)) on this host \(silent.count == 1 ? "gives" : "give") no sign of life: stopped, or without "
                    + "time on a processor"
            case (true, false, _): "not arrived: \(list(missing)) on this host"
            case (true, true, true): "all ranks on this host have arrived, so it waits for another host"
            case (true, true, false): "all ranks have arrived, so the transport itself is stuck"
            }
        return "\(event): rank \(rank) on \(host) has waited \(Int(seconds.rounded())) s in the "
            + "\(operation) of \(purpose); \(who)"
    }

    private func list(_ ranks: [Int]) -> String {
        (ranks.count == 1 ? "rank " : "ranks ") + ranks.prefix(8).map(String.init).joined(separator: ", ")
            + (ranks.count > 8 ? ", ..." : "")
    }
}
