import Collectives
import Foundation

/// How many ranks there are, where they are, and whether they are in each other's way.
package struct PlacementChecks {
    /// Where each rank is.
    struct Place: Codable, Equatable {
        let host: String
        /// Processors that the rank may run on.
        let processors: [Int]
    }

    let places: [Place]
    let rank: Int

    /// Asks all ranks; collective.
    package init(_ communicator: any Communicator) throws {
        let own = Place(host: hostName(), processors: Self.allowedProcessors())
        let encoded = Array(try JSONEncoder().encode(own))
        places = try communicator.allGather(encoded, purpose: "places of the ranks").map {
            try JSONDecoder().decode(Place.self, from: Data($0))
        }
        rank = communicator.rank
    }

    init(_ places: [Place], rank: Int) {
        self.places = places
        self.rank = rank
    }

    /// The checks of this rank.
    package func run(environment: [String: String] = ProcessInfo.processInfo.environment) -> [Check] {
        [count, share, binding, quota(Self.quota()), threads(environment), openFiles()]
    }

    /// Hosts that the ranks are on.
    package var hostCount: Int { Set(places.map(\.host)).count }

    private var onHost: [Place] { places.filter { $0.host == places[rank].host } }

    private var count: Check {
        let hosts = Dictionary(grouping: places, by: \.host)
        let ranks = hosts.mapValues(\.count).sorted { $0.key < $1.key }
        let text = ranks.prefix(8).map { "\($0.value) on \($0.key)" }.joined(separator: ", ")
        let words =
            "\(places.count) \(places.count == 1 ? "rank" : "ranks"): \(text)\(ranks.count > 8 ? ", …" : "")"
        guard let least = hosts.values.map(\.count).min(), let most = hosts.values.map(\.count).max(),
            least < most
        else {
            return .ok("ranks: hosts", words)
        }
        return .warning(
            "ranks: hosts", words, "all ranks wait for those of the fullest host: give every host as many")
    }

    /// Ranks against the processors that they may use together.
    private var share: Check {
        let processors = Set(onHost.flatMap(\.processors)).count
        let words = "\(onHost.count) \(onHost.count == 1 ? "rank" : "ranks"), \(processors) processors"
        return onHost.count <= processors
            ? .ok("ranks: processors", words)
            : .warning(
                "ranks: processors", words,
                "ranks take turns, and each waits for the slowest: start at most \(processors) on this host")
    }

    /// Ranks that share processors though there are enough for all.
    private var binding: Check {
        let mine = places[rank].processors
        let words = "bound to \(mine.count) processors"
        let rivals = onHost.filter { $0.processors == mine }.count
        let whole = Set(onHost.flatMap(\.processors)).count
        guard rivals > mine.count, whole >= mine.count else { return .ok("ranks: binding", words) }
        return .warning(
            "ranks: binding", "\(rivals) ranks are bound to the same \(mine.count) processors",
            "bind each to its own: mpirun --bind-to core, or srun --cpu-bind=cores")
    }

    /// - Parameter processors: how many a container may use at a time; nil for all.
    private func quota(_ processors: Double?) -> Check {
        guard let processors, processors < Double(onHost.count) else {
            return .ok("ranks: quota", processors.map { String(format: "%.1f processors", $0) } ?? "none")
        }
        return .warning(
            "ranks: quota",
            String(format: "%d ranks, the container has %.1f processors", onHost.count, processors),
            "give the container more (docker run --cpus), or start fewer ranks")
    }

    private func threads(_ environment: [String: String]) -> Check {
        let threads = environment["OPENBLAS_NUM_THREADS"].flatMap { Int($0) } ?? 1
        let processors = max(1, Set(onHost.flatMap(\.processors)).count)
        let words = "OPENBLAS_NUM_THREADS is \(threads)"
        return threads <= 1 || threads * onHost.count <= processors
            ? .ok("ranks: threads", words)
            : .warning(
                "ranks: threads", words, "unset it: ranks fill the processors, threads would be in their way")
    }

    private func openFiles() -> Check {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let words = limit.rlim_cur > 1 << 30 ? "without limit" : "at most \(limit.rlim_cur)"
        return limit.rlim_cur >= 256
            ? .ok("ranks: open files", words)
            : .warning("ranks: open files", words, "raise it: ulimit -n 1024")
    }

    /// Processors that this process may run on.
    private static func allowedProcessors() -> [Int] {
        let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let name = "Cpus_allowed_list:"
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else { return [] }
        return processors(String(line.dropFirst(name.count)))
    }

    /// The numbers of a list such as `0-3,8`.
    static func processors(_ list: String) -> [Int] {
        list.split { $0 == "," || $0.isWhitespace }.flatMap { span -> [Int] in
            let ends = span.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, first <= last else { return [] }
            return Array(first...last)
        }
    }

    /// Processors that the control group of this process may use at a time; nil for all.
    private static func quota() -> Double? {
        guard let text = try? String(contentsOfFile: "/sys/fs/cgroup/cpu.max", encoding: .utf8) else {
            return nil
        }
        let fields = text.split(whereSeparator: \.isWhitespace).map { Double($0) }
        guard fields.count == 2, let quota = fields[0], let period = fields[1], period > 0 else { return nil }
        return quota / period
    }
}
