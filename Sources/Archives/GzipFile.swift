import Bounds
internal import CZlib
import Glibc

/// A file that is read from its beginning to its end, decompressed on the way where it is gzip.
///
/// The checksum at the end of compressed data is compared when the end is read.
public final class GzipFile {
    /// Path it is read from.
    public let path: String
    private let stream: gzFile

    /// Opens a file.
    /// - Throws: ``ArchiveError`` where that is not possible.
    public init(path: String) throws(ArchiveError) {
        let descriptor: Int32
        do throws(ReadableFile.Refusal) {
            descriptor = try ReadableFile.open(path)
        } catch {
            throw ArchiveError(
                path, "cannot be opened: \(error)", advice: "check the path and its permissions")
        }
        guard let stream = gzdopen(descriptor, "rb") else {
            close(descriptor)
            throw ArchiveError(path, "cannot be opened", advice: "check the path and its permissions")
        }
        gzbuffer(stream, 1 << 17)
        self.path = path
        self.stream = stream
    }

    deinit { gzclose(stream) }

    /// Reads up to `count` bytes; fewer than that, or none, only at the end of the file.
    /// - Throws: ``ArchiveError`` where compressed data end early, are damaged, or cannot be read.
    public func read(upTo count: Int) throws(ArchiveError) -> [UInt8] {
        var failure: ArchiveError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(ArchiveError) {
                initialized = try read(into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Fills a buffer, or as much of it as there are bytes left, and returns how many they are.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        let count = gzread(stream, buffer.baseAddress, UInt32(buffer.count))
        var code: Int32 = 0
        let message = gzerror(stream, &code).map { String(cString: $0) } ?? ""
        // A stream that ends early is an error of its own to zlib, even where bytes came before it.
        if count < 0 || (count < buffer.count && code != Z_OK && code != Z_STREAM_END) {
            throw ArchiveError(path, "cannot be decompressed: \(message)", advice: ArchiveError.copyAgain)
        }
        return Int(count)
    }

    /// Reads exactly `count` bytes, making room only for what is there.
    /// - Parameters:
    ///   - count: Number of bytes.
    ///   - what: What they are, for the error's text: "the header".
    /// - Throws: ``ArchiveError`` as ``read(upTo:)``, and where there are fewer.
    public func read(exactly count: Int, what: String) throws(ArchiveError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let part = try read(upTo: min(1 << 20, count - bytes.count))
            if part.isEmpty {
                throw ArchiveError(
                    path, "truncated: \(bytes.count) of \(count) bytes of \(what)",
                    advice: ArchiveError.copyAgain)
            }
            bytes += part
        }
        return bytes
    }

    /// Reads all bytes that are left.
    /// - Throws: ``ArchiveError`` as ``read(upTo:)``, and where they are more than `limit`.
    public func read(limit: Int) throws(ArchiveError) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let part = try read(upTo: 1 << 20)
            if part.isEmpty { return bytes }
            bytes += part
            guard bytes.count <= limit else {
                throw ArchiveError(
                    path, "it holds more than the \(limit) bytes that are read",
                    advice: "this is not the file that it should be")
            }
        }
    }
}
