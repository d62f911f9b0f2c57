import Foundation

/// The sources of this package.
public enum Repository {
    /// Their directory, without a slash at the end.
    public static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

    /// Data sets that lie beside a clone, for the tests that read published files.
    public static let sharedData = root + "/../shared/data"

    /// The text of a file, by its path from the root.
    public static func text(of path: String) throws -> String {
        try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
    }
}
