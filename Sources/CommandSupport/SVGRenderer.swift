import Checkpoints
import Foundation

/// Draws SVG as PNG with rsvg-convert, a program of librsvg: fonts and antialiasing are its trade.
package struct SVGRenderer {
    private let program: URL

    /// Finds the program on the path.
    /// - Throws: ``TrainingError`` where it is not installed.
    package init() throws {
        let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        guard
            let path = directories.lazy.map({ "\($0)/rsvg-convert" })
                .first(where: FileManager.default.isExecutableFile(atPath:))
        else {
            throw TrainingError(
                "PNG is drawn by rsvg-convert, which is not installed (Debian: librsvg2-bin): install it, or write "
                    + "--format svg")
        }
        program = URL(fileURLWithPath: path)
    }

    /// The bytes of a PNG file, two pixels for one of the drawing.
    /// - Throws: ``TrainingError`` with the program's own words where it fails.
    package func png(of svg: String) throws -> [UInt8] {
        let process = Process()
        process.executableURL = program
        process.arguments = ["--unlimited", "--zoom", "2", "--format", "png"]
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // It reads all before it writes anything, so one after the other does not lock up. Where it gives up early,
        // its own words are those to pass on, and writing to it must not end this process.
        signal(SIGPIPE, SIG_IGN)
        try? input.fileHandleForWriting.write(contentsOf: Data(svg.utf8))
        try? input.fileHandleForWriting.close()
        let png = try output.fileHandleForReading.readToEnd() ?? Data()
        let message = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0, !png.isEmpty else {
            throw TrainingError(
                "rsvg-convert failed: \(message.trimmingCharacters(in: .whitespacesAndNewlines))")
        }
        return Array(png)
    }
}
