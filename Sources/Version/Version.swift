/// The release of this program, and what it was built from.
public enum Version {
    /// The release, a semantic version; CHANGELOG.md says what each brought.
    public static let number = "0.1.0"

    /// The commit that was built, followed by `-dirty` where files had changed since; "unknown" for sources that
    /// did not come with their history.
    public static var commit: String { BuildFacts.commit }

    /// The release of Swift that built it, such as 6.3.1.
    public static var swift: String { BuildFacts.swift }
}
