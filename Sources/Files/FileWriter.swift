import Glibc

/// A new file that is written from its beginning to its end; there once ``close()`` has returned (``AtomicFile``).
public final class FileWriter {
    private let file: AtomicFile
    private let digest = RunningDigest()
    private var count = 0

    /// Starts a file.
    /// - Throws: ``StoreError`` where it cannot be created.
    public init(_ path: String) throws(StoreError) {
        file = try AtomicFile(path)
    }

    /// Appends bytes.
    /// - Throws: ``StoreError`` where they cannot be written: the file is then never there.
    public func append(_ bytes: [UInt8]) throws(StoreError) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(StoreError) in
            let bytes = UnsafeRawBufferPointer(bytes)
            try file.write(bytes)
            digest.update(bytes)
        }
        count += bytes.count
    }

    /// Puts the file, which is read back first, into its place.
    /// - Throws: ``StoreError`` where something could not be written after all.
    public func close() throws(StoreError) {
        try file.commit { (temporary) throws(StoreError) in
            let reader = try FileReader(temporary)
            let found = RunningDigest()
            for start in stride(from: 0, to: reader.count, by: 1 << 20) {
                try reader.bytes(start..<min(start + 1 << 20, reader.count)).withUnsafeBytes {
                    found.update($0)
                }
            }
            guard reader.count == count, found.text == digest.text else { throw .lost(file: file.path) }
        }
    }
}
