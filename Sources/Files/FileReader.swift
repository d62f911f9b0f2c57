import Glibc

/// A file that is read at any place.
public final class FileReader {
    private let path: String
    private let descriptor: Int32
    /// Its size in bytes.
    public let count: Int

    /// Opens a file.
    /// - Throws: ``StoreError`` where there is none, or none that can be read at any place.
    public init(_ path: String) throws(StoreError) {
        self.path = path
        // Without waiting for whoever writes to a pipe: it is refused.
        descriptor = Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        if descriptor < 0 { throw StoreError(operation: "open", file: path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            Glibc.close(descriptor)
            throw StoreError(operation: "look at", file: path)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            Glibc.close(descriptor)
            throw StoreError(operation: "read", file: path, reason: "it is no regular file")
        }
        count = Int(status.st_size)
    }

    deinit {
        Glibc.close(descriptor)
    }

    /// The bytes of a range that lies within the file.
    /// - Throws: ``StoreError`` where they cannot be read, or the file has become shorter.
    public func bytes(_ range: Range<Int>) throws(StoreError) -> [UInt8] {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(path) has \(count) bytes")
        var bytes = [UInt8](repeating: 0, count: range.count)
        var done = 0
        while done < bytes.count {
            let read = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress! + done, $0.count - done, off_t(range.lowerBound + done))
            }
            if read < 0, errno == EINTR { continue }
            guard read > 0 else {
                throw read < 0
                    ? StoreError(operation: "read", file: path)
                    : StoreError(operation: "read", file: path, reason: "it ends while it is read")
            }
            done += read
        }
        return bytes
    }
}
