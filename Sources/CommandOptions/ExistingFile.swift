import Checkpoints
import Foundation

/// Refuses a file that is there already, unless told to write over it.
package func refuseExisting(_ path: String, force: Bool) throws {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { return }
    if isDirectory.boolValue { throw TrainingError("\(path) is a directory: name a file with --out") }
    if !force {
        throw TrainingError("\(path) exists: write over it with --force, or name another file with --out")
    }
}
