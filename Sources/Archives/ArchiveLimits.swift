/// How large an archive may be when it is unpacked: what exceeds this is no data set but an accident or an
/// attack. Announced sizes are compared with it before memory is taken.
public struct ArchiveLimits: Sendable {
    /// Bytes of one member.
    public let member: Int
    /// Bytes of all together, with the headers of a tar file.
    public let total: Int

    /// Limits in bytes.
    public init(member: Int, total: Int) {
        self.member = member
        self.total = total
    }
}
