import Glibc

/// Directories: made, listed, removed.
public enum Directory {
    /// Whether there is a directory at `path`.
    public static func exists(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether there is a file at `path`, or a link to one.
    public static func hasFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Whether there is something at `path` that is neither file nor directory: a device, a pipe, a socket.
    package static func isSpecial(_ path: String) -> Bool {
        !hasFile(path) && !exists(path) && access(path, F_OK) == 0
    }

    /// The names inside the directory, hidden ones included, in the order of their bytes.
    /// - Throws: ``StoreError`` where it is missing or unreadable.
    public static func list(_ path: String) throws(StoreError) -> [String] {
        guard let stream = opendir(path) else { throw StoreError(operation: "list", file: path) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Makes the directory and those above it; one that is there already is fine.
    /// - Throws: ``StoreError`` where that is not possible.
    public static func create(_ path: String) throws(StoreError) {
        if exists(path) { return }
        let above = parent(of: path)
        if above != path { try create(above) }
        if mkdir(path, 0o777) != 0, !(errno == EEXIST && exists(path)) {
            throw StoreError(operation: "make the directory", file: path)
        }
    }

    /// Removes a file, or a directory and everything in it, as far as possible; what is missing is fine.
    public static func remove(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            unlink(path)
            return
        }
        for name in (try? list(path)) ?? [] { remove(join(path, name)) }
        rmdir(path)
    }

    /// Waits until the names in the directory are on the disk.
    package static func synchronize(_ path: String) throws(StoreError) {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw StoreError(operation: "open", file: path) }
        defer { Glibc.close(descriptor) }
        // Some file systems cannot flush directories, and say so with EINVAL.
        if fsync(descriptor) != 0, errno != EINVAL { throw StoreError(operation: "flush", file: path) }
    }

    /// `directory/name`.
    public static func join(_ directory: String, _ name: String) -> String {
        directory.hasSuffix("/") ? directory + name : directory + "/" + name
    }

    /// The directory that `path` is in: "." for a bare name.
    public static func parent(of path: String) -> String {
        let trimmed = trimming(path)
        guard let slash = trimmed.lastIndex(of: "/") else { return "." }
        let head = trimming(String(trimmed[..<slash]))
        return head.isEmpty ? "/" : head
    }

    /// The last component of `path`.
    public static func lastComponent(of path: String) -> String {
        let trimmed = trimming(path)
        guard let slash = trimmed.lastIndex(of: "/"), trimmed != "/" else { return trimmed }
        return String(trimmed[trimmed.index(after: slash)...])
    }

    /// `path` without the slashes at its end, except the root's.
    private static func trimming(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }
}
