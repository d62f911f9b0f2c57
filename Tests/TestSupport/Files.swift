import Foundation

/// Removes a file, if it is there.
public func removeFile(_ path: String) {
    try? FileManager.default.removeItem(atPath: path)
}

/// Copies a file.
public func copyFile(_ path: String, to target: String) throws {
    try FileManager.default.copyItem(atPath: path, toPath: target)
}

/// All bytes of a file.
public func bytes(of path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// Writes a file, or writes over it.
public func write(_ bytes: some Collection<UInt8>, to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
}
