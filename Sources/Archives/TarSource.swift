internal import CArchive

/// Hands a tar file to libarchive, decompressed, and looks after what libarchive does not: gzip's checksum, the
/// mark at the end of the archive, and how much there is.
final class TarSource {
    /// What went wrong inside of a callback, which cannot throw.
    private(set) var failure: ArchiveError?
    private let file: GzipFile
    private let limit: Int
    private let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 16)
    /// Bytes so far.
    private var count = 0
    /// Bytes of zero since the last other one.
    private var zeros = 0

    /// - Parameters:
    ///   - file: Where reading goes on.
    ///   - limit: The most bytes that it may have, decompressed.
    init(_ file: GzipFile, limit: Int) {
        self.file = file
        self.limit = limit
    }

    deinit { block.deallocate() }

    /// The next part of the file; its bytes stay in place until the next call.
    private func next() throws(ArchiveError) -> UnsafeRawBufferPointer {
        let part = UnsafeRawBufferPointer(rebasing: block[..<(try file.read(into: block))])
        count += part.count
        guard count <= limit else {
            throw ArchiveError(
                file.path, "it holds more than the \(limit) bytes that are read",
                advice: "this is not the archive that it should be")
        }
        let last = part.lastIndex { $0 != 0 }
        zeros = last.map { part.count - 1 - $0 } ?? zeros + part.count
        return part
    }

    /// libarchive's callback.
    static let read:
        @convention(c) (
            OpaquePointer?, UnsafeMutableRawPointer?, UnsafeMutablePointer<UnsafeRawPointer?>?
        ) -> la_ssize_t = { _, client, result in
            let source = Unmanaged<TarSource>.fromOpaque(client!).takeUnretainedValue()
            do throws(ArchiveError) {
                let part = try source.next()
                result?.pointee = part.baseAddress
                return part.count
            } catch {
                source.failure = error
                return -1
            }
        }

    /// Reads on to the end of the file, whose checksum is compared there.
    /// - Throws: ``ArchiveError`` where it is damaged, or does not end as tar files do, in two blocks of zeros.
    func finish() throws(ArchiveError) {
        while try !next().isEmpty {}
        guard zeros >= 1024 else {
            throw ArchiveError(
                file.path, "truncated: the mark at the end of a tar file is missing",
                advice: ArchiveError.copyAgain)
        }
    }
}
