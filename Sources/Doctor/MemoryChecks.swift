import Collectives
import Foundation

/// Memory of this host, and what ranks exchange through it.
package enum MemoryChecks {
    /// All of them.
    ///
    /// - Parameter ranks: on this host.
    package static func run(ranks: Int) -> [Check] {
        [shared(free: freeSharedMemory(), ranks: ranks), available(availableMemory(), ranks: ranks)]
    }

    /// Known before MPI starts, which would hang.
    package static func shared(free: Int?, ranks: Int) -> Check {
        let name = "shared memory: /dev/shm"
        guard ranks > 1 else {
            return .ok(name, free.map { "\($0 >> 20) MiB free" } ?? "missing, not needed by one rank")
        }
        guard let free else {
            return .error(name, "missing", "ranks of one host exchange numbers there: mount a tmpfs on it")
        }
        let needed = ranks * sharedBytesOfTask
        let advice = "give the container more (docker run --shm-size=1g), or remove what fills it"
        if free < needed {
            return .error(name, "\(free >> 10) KiB free, \(ranks) ranks need \(needed >> 10) KiB", advice)
        }
        if free < 4 * needed {
            return .warning(name, "\(free >> 20) MiB free, \(ranks) ranks need \(needed >> 20) MiB", advice)
        }
        return .ok(name, "\(free >> 20) MiB free")
    }

    private static func available(_ bytes: Int?, ranks: Int) -> Check {
        guard let bytes else { return .warning("memory: free", "unknown", "/proc/meminfo cannot be read") }
        let words = "\(bytes >> 20) MiB, \((bytes / max(1, ranks)) >> 20) MiB a rank"
        return bytes / max(1, ranks) >= 1 << 29
            ? .ok("memory: free", words)
            : .warning(
                "memory: free", words,
                "train --dry-run tells what a rank needs; start fewer, or set a smaller data.memory_budget")
    }

    private static func availableMemory() -> Int? {
        let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)
        let line = text?.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
    }
}
