internal import CArchive

extension Archive {
    /// Up to `count` further bytes of the member that ``next()`` returned last; fewer, or none, only at its end,
    /// where checksums are compared.
    /// - Throws: ``ArchiveError`` where they are damaged, or more than announced.
    public func read(upTo count: Int) throws(ArchiveError) -> [UInt8] {
        guard let member else { preconditionFailure("there is no member to read") }
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let part = bytes.withUnsafeMutableBytes {
                archive_read_data(handle, $0.baseAddress! + done, $0.count - done)
            }
            try check(Int32(clamping: part), in: member.path)
            if part == 0 { break }
            done += part
        }
        bytes.removeLast(count - done)
        return bytes
    }
}
