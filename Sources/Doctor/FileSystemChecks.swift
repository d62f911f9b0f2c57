import Files
import Foundation
import Store

/// Whether a run can write where it is to write, and whether what it writes stays there.
package struct FileSystemChecks {
    /// The directory of a run, which need not be there yet.
    let directory: String
    /// The directory that is there, in which it would be made.
    private let place: String

    package init(_ directory: String) {
        self.directory = directory
        var place = directory
        while !Directory.exists(place), Directory.parent(of: place) != place {
            place = Directory.parent(of: place)
        }
        self.place = place
    }

    /// All of them; files that they make are gone afterwards.
    package func run() -> [Check] {
        [kind, space] + operations + [clock]
    }

    /// What is to be said of kinds of file systems, by the names that the kernel has for them.
    private static func advice(on kind: String) -> String? {
        switch kind {
        case "tmpfs", "ramfs":
            "it is in memory and gone with this machine: name a directory on a disk with --run-directory"
        case "overlay": "it is the container's own and gone with it: mount a directory of the host"
        default: nil
        }
    }

    private var kind: Check {
        let name = "run directory: file system"
        guard let path = realpath(place, nil) else {
            return .error(
                name, "\(place): \(String(cString: strerror(errno)))", "name another with --run-directory")
        }
        defer { free(path) }
        let kind = Self.kind(
            of: String(cString: path),
            mounts: (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? "")
        let words = "\(place): \(kind ?? "unknown")"
        return kind.flatMap(Self.advice).map { .warning(name, words, $0) } ?? .ok(name, words)
    }

    /// The kind of the file system that a path is in; nil where the table of mounts does not say.
    static func kind(of path: String, mounts: String) -> String? {
        var best: (point: Int, kind: String)?
        for line in mounts.split(separator: "\n") {
            // number parent device root POINT options … - KIND source options
            let fields = line.split(separator: " ")
            guard fields.count > 6, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count else {
                continue
            }
            let point = String(fields[4]).replacing("\\040", with: " ")
            let isAbove = point == "/" || path == point || path.hasPrefix(point + "/")
            // Of two at the same place the later one hides the earlier.
            if isAbove, point.utf8.count >= best?.point ?? 0 {
                best = (point.utf8.count, String(fields[dash + 1]))
            }
        }
        return best?.kind
    }

    private var space: Check {
        let name = "run directory: free space"
        var status = statvfs()
        guard statvfs(place, &status) == 0 else {
            return .error(
                name, String(cString: strerror(errno)), "name another directory with --run-directory")
        }
        let free = Int(clamping: status.f_bavail).multipliedReportingOverflow(by: Int(status.f_frsize))
            .partialValue
        let words = "\(free >> 20) MiB"
        let hasNames = status.f_files == 0 || status.f_favail > 16
        guard hasNames else {
            return .error(name, "\(words), but no room for new files", "remove files there")
        }
        if free < 64 << 20 { return .error(name, words, "free some space there, or name another directory") }
        return free < 1 << 30
            ? .warning(name, words, "a few checkpoints of large models are a gigabyte: free some space")
            : .ok(name, words)
    }

    /// What checkpoints and the lock of a run rely on, one after the other with one file.
    private var operations: [Check] {
        let path = TemporaryEntry.name(for: Directory.join(place, "doctor"))
        let other = TemporaryEntry.name(for: Directory.join(place, "doctor"))
        defer {
            unlink(path)
            unlink(other)
        }
        func failure(_ name: String, _ advice: String) -> Check {
            .error("run directory: \(name)", String(cString: strerror(errno)), advice)
        }
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            return [failure("new files", "nothing can be written in \(place): check its owner and mode")]
        }
        defer { close(descriptor) }
        var checks = [Check.ok("run directory: new files", "can be made")]
        let again = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        if again >= 0 {
            close(again)
            checks.append(
                .error(
                    "run directory: O_EXCL", "a file was made twice",
                    "two runs could take one directory: use another"))
        } else {
            checks.append(.ok("run directory: O_EXCL", "a file is made once"))
        }
        let text = Array("what was written".utf8)
        let written = pwrite(descriptor, text, text.count, 0)
        checks.append(
            written == text.count && fsync(descriptor) == 0
                ? .ok("run directory: fsync", "works")
                : failure("fsync", "what is written may be lost: use another file system"))
        checks.append(locks(path, descriptor))
        var back = [UInt8](repeating: 0, count: text.count)
        if rename(path, other) == 0, access(path, F_OK) != 0,
            pread(descriptor, &back, back.count, 0) == text.count, back == text
        {
            let isFlushed = (try? Directory.synchronize(place)) != nil
            checks.append(
                isFlushed
                    ? .ok("run directory: rename", "works")
                    : .warning(
                        "run directory: rename", "works, but directories cannot be flushed",
                        "after a loss of power the last checkpoint may be missing"))
        } else {
            checks.append(
                failure("rename", "checkpoints cannot be put into their place: use another file system"))
        }
        return checks
    }

    private func locks(_ path: String, _ descriptor: Int32) -> Check {
        let name = "run directory: locks"
        let advice =
            "two runs notice each other by run.lock's heartbeat alone, within a minute; do not start them together"
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            return .warning(name, "flock: \(String(cString: strerror(errno)))", advice)
        }
        let second = open(path, O_RDWR | O_CLOEXEC)
        guard second >= 0 else { return .warning(name, "a file cannot be opened twice", advice) }
        defer { close(second) }
        return flock(second, LOCK_EX | LOCK_NB) == 0
            ? .warning(name, "flock does nothing here", advice) : .ok(name, "work")
    }

    /// The lock of a run is given up after a while without a sign of life, by the clock of the file system.
    private var clock: Check {
        let name = "run directory: clock"
        let path = TemporaryEntry.name(for: Directory.join(place, "doctor"))
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return .warning(name, "unknown", "no file can be made there") }
        defer {
            close(descriptor)
            unlink(path)
        }
        var status = stat()
        fstat(descriptor, &status)
        let difference = Int(status.st_mtim.tv_sec) - Int(Date().timeIntervalSince1970)
        return abs(difference) <= 5
            ? .ok(name, "as this host's")
            : .warning(
                name, "differs by \(difference) s", "files look older or newer than they are: set the clocks")
    }
}
