import Files
import Glibc
import Store

/// Finds the files of a published data set where the user says they are.
enum PublishedFile {
    /// The first of `names` in the directory at `path`, or `path` itself where that is a file.
    /// - Parameters:
    ///   - names: names that the publisher gives it, the usual one first.
    ///   - path: what the user named.
    ///   - dataset: the data set, for the error's text.
    /// - Throws: ``DatasetError`` where there is nothing of the kind.
    static func find(_ names: [String], at path: String, of dataset: String) throws(DatasetError) -> String {
        guard Directory.exists(path) else {
            guard isThere(path) else {
                throw DatasetError(
                    path, "there is no such file or directory",
                    advice: "name \(names[0]) or its directory with --from")
            }
            return path
        }
        let candidates = names.map { Directory.join(path, $0) }
        guard let found = candidates.first(where: isThere) else {
            throw DatasetError(
                candidates[0], "this file is not there",
                advice: "\(dataset) is made from it; launch/fetch-data downloads what is needed")
        }
        return found
    }

    /// Whether there is a file, or anything else, at `path`.
    static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Whether a member of an archive is none of the publisher's: what file managers leave behind.
    static func isClutter(_ path: String) -> Bool {
        path.hasPrefix("__MACOSX/") || Directory.lastComponent(of: path).hasPrefix(".")
    }
}
