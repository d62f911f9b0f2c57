import Foundation
import Testing

/// Headless Chromium, as a reader of pages.
public struct Browser {
    static let program = executable("chromium", "chromium-browser", "google-chrome")

    /// What a page became once its script had run.
    public struct Outcome {
        /// The document, as markup.
        public let document: String
        /// Errors and warnings of the console.
        public let complaints: [String]

        /// The text of an attribute `data-NAME` that a script has left; nil where there is none.
        public func data(_ name: String) -> String? {
            guard let start = document.range(of: " data-\(name)=\"") else { return nil }
            return String(document[start.upperBound...].prefix { $0 != "\"" }).replacing("&quot;", with: "\"")
                .replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
        }

        /// How often a text occurs in the document.
        public func count(_ text: String) -> Int { document.components(separatedBy: text).count - 1 }
    }

    /// Opens a page from disk.
    ///
    /// - Parameters:
    ///   - page: its markup.
    ///   - script: what is done on it after its own script.
    ///   - width: of the window, in pixels.
    ///   - milliseconds: how long it may go on, on a clock that leaps over idle time.
    ///   - directory: a place for files.
    public static func open(
        _ page: String, doing script: String = "", width: Int = 1440, milliseconds: Int = 2000,
        in directory: String
    ) throws -> Outcome {
        // What the page fetched from anywhere; files inside of it do not count.
        let probe = """
            <script>\(script)
            document.body.dataset.requests = performance.getEntriesByType("resource").length;</script></body>
            """
        let end = try #require(page.range(of: "</body>", options: .backwards))
        try page.replacingCharacters(in: end, with: probe).write(
            toFile: "\(directory)/page.html", atomically: true, encoding: .utf8)
        // A window is never narrower than 500 pixels; a frame in it is, and ends as what is inside.
        let frame = """
            <body><iframe src="page.html" style="width:\(width)px;height:900px;border:0"></iframe><script>
            setTimeout(() => document.documentElement.replaceWith(
              document.querySelector("iframe").contentDocument.documentElement.cloneNode(true)), \(milliseconds - 500));
            </script></body>
            """
        try frame.write(toFile: "\(directory)/frame.html", atomically: true, encoding: .utf8)
        let isNarrow = width < 500
        let (document, log) = try run(
            [
                "--enable-logging=stderr", "--window-size=\(isNarrow ? 500 : width),1000",
                "--allow-file-access-from-files", "--virtual-time-budget=\(milliseconds)", "--dump-dom",
                "file://\(directory)/\(isNarrow ? "frame" : "page").html",
            ], in: directory)
        return Outcome(
            document: document,
            complaints: log.split(separator: "\n").map(String.init).filter { $0.contains("CONSOLE") })
    }

    /// Prints a page to a PDF file.
    public static func printed(_ page: String, in directory: String) throws -> String {
        try page.write(toFile: "\(directory)/page.html", atomically: true, encoding: .utf8)
        let path = "\(directory)/page.pdf"
        _ = try run(
            [
                "--virtual-time-budget=2000", "--no-pdf-header-footer", "--print-to-pdf=\(path)",
                "file://\(directory)/page.html",
            ], in: directory)
        return path
    }

    /// Runs the browser without a screen.
    ///
    /// - Returns: what it wrote to standard output and to standard error.
    private static func run(_ arguments: [String], in directory: String) throws -> (String, String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program ?? "/nowhere")
        process.arguments =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--user-data-dir=\(directory)/profile",
            ] + arguments
        let (output, errors) = ("\(directory)/document", "\(directory)/log")
        for file in [output, errors] { _ = FileManager.default.createFile(atPath: file, contents: nil) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: errors)
        try process.run()
        process.waitUntilExit()
        return (
            try String(contentsOfFile: output, encoding: .utf8),
            try String(contentsOfFile: errors, encoding: .utf8)
        )
    }
}
