/// What is wrong in a file of assignments or of a tree, and where.
public struct AssignmentError: Error, Equatable, CustomStringConvertible {
    /// Path as given.
    public let file: String
    /// Line, the first being 1; nil if it concerns the whole file.
    public let line: Int?
    /// What was wrong and what to do.
    public let reason: String

    init(file: String, line: Int? = nil, reason: String) {
        self.file = file
        self.line = line
        self.reason = reason
    }

    /// `file:line: reason`, as compilers write it.
    public var description: String {
        line.map { "\(file):\($0): \(reason)" } ?? "\(file): \(reason)"
    }
}
