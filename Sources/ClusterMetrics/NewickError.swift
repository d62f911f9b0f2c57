/// Why a text is not a Newick tree, and where.
public struct NewickError: Error, Equatable, CustomStringConvertible {
    /// Characters from the start of the text, the first being 1.
    public let position: Int
    /// What was found and what was expected.
    public let reason: String

    /// Position and reason.
    public var description: String { "character \(position): \(reason)" }
}
