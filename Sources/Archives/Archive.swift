internal import CArchive

/// A zip or tar file, plain or compressed with gzip, read member after member and never unpacked to the disk.
///
/// Directories are passed over. Members whose paths lead outside of the archive, links and devices are refused,
/// as are archives beyond their ``ArchiveLimits`` and those that end early. Checksums of zip are compared for
/// all that is read, that of a tar.gz when ``next()`` has returned `nil`.
public final class Archive {
    /// Path of the file.
    public let path: String
    let limits: ArchiveLimits
    let handle: OpaquePointer
    /// What a tar file is read through; `nil` for zip, in which libarchive seeks.
    let tar: TarSource?
    /// The member that ``read()`` reads.
    var member: ArchiveMember?
    /// Bytes that members have announced so far.
    var announced = 0

    /// Opens an archive; its contents say whether it is zip or tar, not its name.
    /// - Throws: ``ArchiveError`` where it cannot be opened or is neither.
    public init(path: String, limits: ArchiveLimits) throws(ArchiveError) {
        let beginning = try GzipFile(path: path).read(upTo: 2)
        guard !beginning.isEmpty else {
            throw ArchiveError(path, "the file is empty", advice: ArchiveError.copyAgain)
        }
        self.path = path
        self.limits = limits
        guard let handle = archive_read_new() else {
            preconditionFailure("no memory for libarchive")
        }
        self.handle = handle
        if beginning == Array("PK".utf8) {
            tar = nil
            archive_read_support_format_zip_seekable(handle)
            try check(archive_read_open_filename(handle, path, 1 << 17))
        } else {
            // Decompressed by zlib, which compares the checksum; libarchive passes over it.
            let source = TarSource(try GzipFile(path: path), limit: limits.total)
            tar = source
            archive_read_support_format_tar(handle)
            let client = Unmanaged.passUnretained(source).toOpaque()
            try check(archive_read_open(handle, client, nil, TarSource.read, nil))
        }
    }

    deinit { archive_read_free(handle) }

    /// Throws what libarchive says of a call that did not succeed.
    func check(_ status: Int32, in member: String? = nil) throws(ArchiveError) {
        guard status < ARCHIVE_OK else { return }
        if let failure = tar?.failure { throw failure }
        // Some of its messages end with a line break.
        let text = archive_error_string(handle).map {
            String(cString: $0).split(whereSeparator: \.isNewline).joined(separator: " ")
        }
        throw ArchiveError(
            member.map { "\($0) in \(path)" } ?? path, "cannot be unpacked: \(text ?? "no reason is given")",
            advice: ArchiveError.copyAgain)
    }
}
