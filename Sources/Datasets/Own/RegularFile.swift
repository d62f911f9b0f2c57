import Glibc

/// Files that can be read more than once.
enum RegularFile {
    /// Refuses pipes and devices, of which a second look finds nothing more.
    /// - Throws: ``DatasetError``; what is not there is left to whoever opens it.
    static func require(_ path: String) throws(DatasetError) {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT != S_IFREG, status.st_mode & S_IFMT != S_IFDIR else { return }
        throw DatasetError(
            path, "it is no file but a pipe or a device, which cannot be read twice",
            advice: "write it to a file first")
    }
}
