import Spelling
import Store

/// Why a data set cannot be used.
///
/// The description reads `PLACE: PROBLEM (ADVICE)`.
public struct DatasetError: Error, Sendable, CustomStringConvertible {
    /// Directory, file, or dataset in a file.
    public let place: String
    /// What is wrong there.
    public let problem: String
    /// What to do about it, or `nil` where the problem says it all.
    public let advice: String?

    /// An error at a place.
    public init(_ place: String, _ problem: String, advice: String? = nil) {
        self.place = place
        self.problem = problem
        self.advice = advice
    }

    /// The whole message on one line.
    public var description: String {
        "\(place): \(problem)\(advice.map { " (\($0))" } ?? "")".printable
    }
}
