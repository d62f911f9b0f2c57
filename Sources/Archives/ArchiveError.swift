/// Why an archive or a compressed file cannot be read.
///
/// The description reads `PLACE: PROBLEM (ADVICE)`.
public struct ArchiveError: Error, Sendable, CustomStringConvertible {
    /// The file, and the member where one is meant.
    public let place: String
    /// What is wrong there.
    public let problem: String
    /// What to do about it, or `nil` where the problem says it all.
    public let advice: String?

    /// An error at a place.
    init(_ place: String, _ problem: String, advice: String? = nil) {
        self.place = place
        self.problem = problem
        self.advice = advice
    }

    /// The whole message on one line.
    public var description: String {
        "\(place): \(problem)\(advice.map { " (\($0))" } ?? "")"
    }

    /// What to do about a file that is not whole.
    static let copyAgain = "copy or download it again"
}
