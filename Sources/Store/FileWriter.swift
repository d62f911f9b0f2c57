import Glibc

/// A new file that is written from its beginning to its end.
public final class FileWriter {
    private let path: String
    private var descriptor: Int32

    /// Creates a file, or empties the one there; what must survive a failure goes through ``AtomicFile``.
    /// - Throws: ``StoreError`` where the file cannot be created.
    public init(_ path: String) throws(StoreError) {
        self.path = path
        descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        if descriptor < 0 { throw StoreError(operation: "create", file: path) }
    }

    deinit {
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    /// Appends bytes.
    /// - Throws: ``StoreError`` where they cannot be written: the file is then not complete.
    public func append(_ bytes: [UInt8]) throws(StoreError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress! + written, bytes.count - written)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw StoreError(operation: "write", file: path)
            }
            written += count
        }
    }

    /// Closes the file.
    /// - Throws: ``StoreError`` where something could not be written after all.
    public func close() throws(StoreError) {
        defer { descriptor = -1 }
        if Glibc.close(descriptor) != 0 { throw StoreError(operation: "write", file: path) }
    }
}
