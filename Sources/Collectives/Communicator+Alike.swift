extension Communicator {
    /// Compares a text that all ranks should have alike, line by line; collective.
    ///
    /// - Parameters:
    ///   - text: lines that each say what they are about.
    ///   - purpose: what the text is of.
    /// - Throws: ``UnlikeRanksError`` on every rank if a rank's text differs from that of rank 0; ``CollectiveError``.
    public func requireAlike(_ text: String, purpose: StaticString) throws {
        guard size > 1 else { return }
        let texts = try allGather(Array(text.utf8), purpose: purpose).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard let other = texts.firstIndex(where: { $0 != texts[0] }) else { return }
        let hosts = try hosts(purpose: purpose)
        let lines = texts.map { $0.split(separator: "\n", omittingEmptySubsequences: false) }
        let count = max(lines[0].count, lines[other].count)
        func line(_ index: Int, of rank: Int) -> String {
            index < lines[rank].count ? String(lines[rank][index].drop { $0 == " " }) : "nothing"
        }
        let first = (0..<count).first { line($0, of: 0) != line($0, of: other) } ?? 0
        throw UnlikeRanksError(
            description:
                "rank \(other) on \(hosts[other]) was started otherwise than rank 0 on \(hosts[0]): it has '"
                + line(first, of: other) + "', rank 0 has '" + line(first, of: 0)
                + "'. All ranks need the same command, program, configuration and data",
            isReporter: rank == 0)
    }
}

/// Ranks that were started differently, as all ranks throw it.
public struct UnlikeRanksError: SharedFailure, CustomStringConvertible {
    /// Which rank differs from rank 0, and in what.
    public let description: String
    /// True on rank 0 only.
    public let isReporter: Bool
}
