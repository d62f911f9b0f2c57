/// One regular file in an ``Archive``.
public struct ArchiveMember: Sendable {
    /// Its path in the archive, without `./` at its beginning.
    public let path: String
    /// Its size in bytes, as the archive announces it.
    public let size: Int
}
