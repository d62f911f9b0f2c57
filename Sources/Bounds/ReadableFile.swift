import Glibc

/// Files that end: opened for reading without waiting for anybody.
package enum ReadableFile {
    /// Why a path is not opened.
    package struct Refusal: Error, CustomStringConvertible {
        /// The reason, in the words of the system where it has some.
        package let description: String
    }

    /// Opens a file. Of pipes one would wait for whoever writes to them, and some devices never end: they are refused.
    /// - Returns: a descriptor, which the caller closes.
    package static func open(_ path: String) throws(Refusal) -> Int32 {
        let descriptor = Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw Refusal(description: String(cString: strerror(errno))) }
        var status = stat()
        let kind = fstat(descriptor, &status) == 0 ? status.st_mode & S_IFMT : 0
        if kind == S_IFREG { return descriptor }
        close(descriptor)
        throw Refusal(
            description: kind == S_IFDIR ? String(cString: strerror(EISDIR)) : "it is no regular file")
    }
}
