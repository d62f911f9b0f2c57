import Bounds
import Foundation

/// The text of a UTF-8 file.
///
/// By the C library, whose error texts say more than Foundation's do on Linux (for a directory, say).
func textFile(_ path: String) throws(AssignmentError) -> String {
    let descriptor: Int32
    do throws(ReadableFile.Refusal) {
        descriptor = try ReadableFile.open(path)
    } catch {
        throw AssignmentError(file: path, reason: "cannot be read: \(error)")
    }
    guard let file = fdopen(descriptor, "rb") else {
        close(descriptor)
        throw unreadable(path)
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = fread(&chunk, 1, chunk.count, file)
        if count == 0 { break }
        bytes.append(contentsOf: chunk[..<count])
    }
    guard ferror(file) == 0 else { throw unreadable(path) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
        throw AssignmentError(file: path, reason: "the file is not UTF-8 text")
    }
    return text
}

private func unreadable(_ path: String) -> AssignmentError {
    AssignmentError(file: path, reason: "cannot be read: \(String(cString: strerror(errno)))")
}
