import Foundation
import Spelling
import Store

/// The process that has a directory to itself, as `run.lock` names it.
struct LockOwner: Equatable {
    /// Name of its host, for people.
    let host: String
    /// What tells the processes that it could see from all others: a running kernel and a namespace of process numbers.
    let world: String
    /// Number of the process there.
    let process: Int32
    /// When it started, in ticks since its kernel did: process numbers come again.
    let start: String

    /// This process.
    static var current: LockOwner {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let process = getpid()
        return LockOwner(
            host: String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self),
            world: currentWorld, process: process, start: startOfProcess(process) ?? "")
    }

    /// Reads what ``text`` wrote; nil for anything else.
    init?(_ text: String) {
        var values: [Substring: Substring] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        guard let host = values["host"], let world = values["world"], let start = values["start"],
            let process = values["process"].flatMap({ Int32($0) })
        else { return nil }
        self.init(host: String(host), world: String(world), process: process, start: String(start))
    }

    private init(host: String, world: String, process: Int32, start: String) {
        self.host = host
        self.world = world
        self.process = process
        self.start = start
    }

    /// What the file says.
    var text: String { "host \(host)\nprocess \(process)\nstart \(start)\nworld \(world)\n" }

    /// Whether the process lives; nil where this one cannot see it.
    var isAlive: Bool? {
        guard world == Self.currentWorld else { return nil }
        return Self.startOfProcess(process) == start
    }

    /// The process, for people.
    var description: String { "process \(process) on \(host)".printable }

    private static var currentWorld: String {
        var link = [CChar](repeating: 0, count: 256)
        let count = readlink("/proc/self/ns/pid", &link, link.count)
        let namespace = String(
            decoding: link.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
        return boot.filter { $0 != "\n" } + " " + namespace
    }

    /// Field 22 of `/proc/PID/stat`, counted behind the name, which may hold spaces and parentheses.
    private static func startOfProcess(_ process: Int32) -> String? {
        guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        // A process that has ended may stay listed until somebody asks how.
        guard fields.count > 19, !["Z", "X"].contains(fields[0]) else { return nil }
        return String(fields[19])
    }
}
