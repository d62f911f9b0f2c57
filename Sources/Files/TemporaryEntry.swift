import Glibc

/// Files and directories that are in the making: `.NAME.0123456789abcdef.tmp` beside the place they are for.
///
/// Nobody can guess the number, so nobody else's file stands in the way, or is followed as a link. Whoever makes one
/// holds a lock on it (`flock`), which ends with the process: what is locked by nobody was abandoned. Where a file
/// system has no locks, nothing is taken for abandoned.
package enum TemporaryEntry {
    private static let suffix = ".tmp"
    private static let digits = 16

    /// A new name beside `path`.
    package static func name(for path: String) -> String {
        let number = String(UInt64.random(in: 0 ... .max), radix: 16)
        let padded = String(repeating: "0", count: digits - number.count) + number
        return Directory.join(
            Directory.parent(of: path), ".\(Directory.lastComponent(of: path)).\(padded)\(suffix)")
    }

    /// What a file of that name was to become; nil for other names.
    package static func target(of name: String) -> String? {
        guard name.hasPrefix("."), name.hasSuffix(suffix) else { return nil }
        let parts = name.dropFirst().dropLast(suffix.count)
        guard let dot = parts.lastIndex(of: "."), dot != parts.startIndex else { return nil }
        let number = parts[parts.index(after: dot)...]
        guard number.utf8.count == digits, number.allSatisfy(\.isHexDigit) else { return nil }
        return String(parts[..<dot])
    }

    /// Says that this process is at work on what `descriptor` has open.
    package static func claim(_ descriptor: Int32) { _ = flock(descriptor, LOCK_EX | LOCK_NB) }

    /// Removes what processes that are gone have left behind in `directory` on the way to certain files.
    /// - Parameter isWanted: whether entries on the way to a file of that name go.
    package static func removeAbandoned(in directory: String, where isWanted: (_ target: String) -> Bool) {
        for name in (try? Directory.list(directory)) ?? [] {
            guard let target = target(of: name), isWanted(target) else { continue }
            removeIfAbandoned(Directory.join(directory, name))
        }
    }

    /// Removes what processes that are gone have left behind on the way to `path`.
    package static func removeAbandoned(for path: String) {
        let name = Directory.lastComponent(of: path)
        removeAbandoned(in: Directory.parent(of: path)) { $0 == name }
    }

    private static func removeIfAbandoned(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_uid == geteuid() else { return }
        let mode: Int32
        switch status.st_mode & S_IFMT {
        // Some network file systems lock only what may be written.
        case S_IFREG: mode = O_RDWR
        case S_IFDIR: mode = O_RDONLY | O_DIRECTORY
        default: return
        }
        let descriptor = Glibc.open(path, mode | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { Glibc.close(descriptor) }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { Directory.remove(path) }
    }
}
