import Foundation

/// Headless Chromium, as a reader of pages.
public struct Browser {
    static let program = executable("chromium", "chromium-browser", "google-chrome")

    /// What a page became once its script had run.
    public struct Outcome {
        /// The document, as markup.
        public let document: String
        /// Errors and warnings of the console.
        public let complaints: [String]

        /// How often a text occurs in the document.
        public func count(_ text: String) -> Int { document.components(separatedBy: text).count - 1 }
    }

    /// Opens a page from disk.
    ///
    /// - Parameters:
    ///   - page: its markup.
    ///   - script: what is done on it after its own script.
    ///   - directory: a place for files.
    public static func open(_ page: String, doing script: String = "", in directory: String) throws -> Outcome
    {
        let path = "\(directory)/page.html"
        // What the page fetched from anywhere; files inside of it do not count.
        let probe = """
            <script>\(script)
            document.body.dataset.requests = performance.getEntriesByType("resource").length;</script></body>
            """
        try page.replacingOccurrences(of: "</body>", with: probe).write(
            toFile: path, atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program ?? "/nowhere")
        process.arguments = [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--user-data-dir=\(directory)/profile", "--enable-logging=stderr", "--window-size=1440,1000",
            "--virtual-time-budget=2000", "--dump-dom", "file://\(path)",
        ]
        let (output, errors) = ("\(directory)/document", "\(directory)/log")
        for file in [output, errors] { _ = FileManager.default.createFile(atPath: file, contents: nil) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: errors)
        try process.run()
        process.waitUntilExit()
        let log = try String(contentsOfFile: errors, encoding: .utf8)
        return Outcome(
            document: try String(contentsOfFile: output, encoding: .utf8),
            complaints: log.split(separator: "\n").map(String.init).filter { $0.contains("CONSOLE") })
    }
}
