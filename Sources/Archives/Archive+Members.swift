internal import CArchive

extension Archive {
    /// Goes on to the next regular file, or returns `nil` after the last.
    /// - Throws: ``ArchiveError`` where the archive is damaged, or the member is not to be trusted: a path that
    ///   leads outside, a link, a size beyond the limits.
    public func next() throws(ArchiveError) -> ArchiveMember? {
        while true {
            var entry: OpaquePointer?
            let status = archive_read_next_header(handle, &entry)
            if status == ARCHIVE_EOF {
                member = nil
                try tar?.finish()
                return nil
            }
            // A warning is that of a name in characters beyond the locale's.
            if status != ARCHIVE_WARN { try check(status) }
            let path = try name(of: entry)
            let type = archive_entry_filetype(entry)
            if type == carchive_directory() { continue }
            guard type == carchive_regular_file(), archive_entry_hardlink(entry) == nil else {
                throw ArchiveError(
                    "\(path) in \(self.path)", "it is a link or a device",
                    advice: "data sets hold files alone")
            }
            let size = Int(archive_entry_size(entry))
            try require(size, atMost: limits.member, of: path)
            announced += min(size, limits.total)
            try require(announced, atMost: limits.total, of: "all members up to \(path)")
            member = ArchiveMember(path: path, size: size)
            return member
        }
    }

    /// The contents of the member that ``next()`` returned last.
    /// - Throws: ``ArchiveError`` where they are damaged, or not as many bytes as announced.
    public func read() throws(ArchiveError) -> [UInt8] {
        guard let member else { preconditionFailure("there is no member to read") }
        self.member = nil
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: min(1 << 20, member.size + 1))
        // One byte more than announced, to meet the end, and a checksum that is wrong, in this call. Room is made for what
        // is there.
        while bytes.count <= member.size {
            let wanted = min(piece.count, member.size + 1 - bytes.count)
            let count = piece.withUnsafeMutableBytes { archive_read_data(handle, $0.baseAddress, wanted) }
            try check(Int32(clamping: count), in: member.path)
            if count == 0 { break }
            bytes += piece[..<count]
        }
        guard bytes.count == member.size else {
            throw ArchiveError(
                "\(member.path) in \(path)",
                "\(bytes.count > member.size ? "more than" : "\(bytes.count) of") the \(member.size) bytes that are announced",
                advice: ArchiveError.copyAgain)
        }
        return bytes
    }

    /// A member's path, checked and without `./` at its beginning.
    private func name(of entry: OpaquePointer?) throws(ArchiveError) -> String {
        // The first is `nil` for some names beyond the locale's characters, the second for others.
        let text = (archive_entry_pathname(entry) ?? archive_entry_pathname_utf8(entry)).map {
            String(cString: $0)
        }
        guard let text, !text.isEmpty else { throw ArchiveError(path, "a member has no name") }
        let parts = text.split(separator: "/").filter { $0 != "." }
        guard !text.hasPrefix("/"), !parts.contains(".."), !text.contains("\\") else {
            throw ArchiveError(
                "\(text) in \(path)", "the path leads outside of the archive",
                advice: "this is not the archive that it should be")
        }
        return parts.joined(separator: "/")
    }

    private func require(_ size: Int, atMost limit: Int, of what: String) throws(ArchiveError) {
        guard (0...limit).contains(size) else {
            throw ArchiveError(
                "\(what) in \(path)", "\(size) bytes are announced, more than the \(limit) that are read",
                advice: "this is not the archive that it should be")
        }
    }
}
