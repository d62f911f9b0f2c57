import Bounds
import Glibc

/// A file that is read at any place.
public final class FileReader {
    private let path: String
    private let descriptor: Int32
    /// Its size in bytes.
    public let count: Int
    /// What tells it from other files of the same file system, also of the same name.
    package let inode: UInt64

    /// Opens a file.
    /// - Throws: ``StoreError`` where there is none, or none that can be read at any place.
    public init(_ path: String) throws(StoreError) {
        self.path = path
        do throws(ReadableFile.Refusal) {
            descriptor = try ReadableFile.open(path)
        } catch {
            throw StoreError(operation: "open", file: path, reason: error.description)
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            Glibc.close(descriptor)
            throw StoreError(operation: "look at", file: path)
        }
        count = Int(status.st_size)
        inode = UInt64(status.st_ino)
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
