/// Why a picture cannot be read or written.
///
/// The description reads `PLACE: PROBLEM (ADVICE)`.
public struct ImageError: Error, Sendable, CustomStringConvertible {
    /// The picture's file, or its name in an archive.
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
}
