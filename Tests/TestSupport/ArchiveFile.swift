import CArchive

/// Makes archives for tests: the program itself only reads them.
public enum ArchiveFile {
    /// What a file is made as.
    public enum Format: Sendable {
        /// zip, members compressed.
        case zip
        /// tar without compression.
        case tar
        /// tar compressed with gzip.
        case tarGzip
        /// tar without compression, whose extended headers say sizes and times as text.
        case pax

        /// Those in which every truncation is noticed, and damage is or does no harm.
        public static let checked: [Format] = [.zip, .tar, .tarGzip]
    }

    /// Writes an archive of files. A member whose path ends in a slash becomes a directory, one whose path ends
    /// in `@` a symbolic link.
    public static func write(_ members: [(path: String, bytes: [UInt8])], as format: Format, to path: String)
    {
        let archive = archive_write_new()
        defer { archive_write_free(archive) }
        switch format {
        case .zip: archive_write_set_format_zip(archive)
        case .tar: archive_write_set_format_ustar(archive)
        case .pax: archive_write_set_format_pax(archive)
        case .tarGzip:
            archive_write_set_format_ustar(archive)
            archive_write_add_filter_gzip(archive)
        }
        precondition(archive_write_open_filename(archive, path) == ARCHIVE_OK, path)
        for member in members {
            let entry = archive_entry_new()
            defer { archive_entry_free(entry) }
            archive_entry_set_pathname(entry, member.path)
            archive_entry_set_perm(entry, 0o644)
            if format == .pax { archive_entry_set_mtime(entry, 1_234_567_890, 123_456_789) }
            if member.path.hasSuffix("/") {
                archive_entry_set_filetype(entry, carchive_directory())
            } else if member.path.hasSuffix("@") {
                archive_entry_set_filetype(entry, 0o120000)
                archive_entry_set_symlink(entry, "elsewhere")
            } else {
                archive_entry_set_filetype(entry, carchive_regular_file())
                archive_entry_set_size(entry, la_int64_t(member.bytes.count))
            }
            precondition(archive_write_header(archive, entry) >= ARCHIVE_WARN, member.path)
            _ = archive_write_data(archive, member.bytes, member.bytes.count)
        }
        precondition(archive_write_close(archive) == ARCHIVE_OK, path)
    }

    /// Writes bytes as gzip compresses them.
    public static func gzip(_ bytes: [UInt8], to path: String) {
        let archive = archive_write_new()
        defer { archive_write_free(archive) }
        archive_write_set_format_raw(archive)
        archive_write_add_filter_gzip(archive)
        precondition(archive_write_open_filename(archive, path) == ARCHIVE_OK, path)
        let entry = archive_entry_new()
        defer { archive_entry_free(entry) }
        archive_entry_set_filetype(entry, carchive_regular_file())
        precondition(archive_write_header(archive, entry) >= ARCHIVE_WARN, path)
        _ = archive_write_data(archive, bytes, bytes.count)
        precondition(archive_write_close(archive) == ARCHIVE_OK, path)
    }
}
