import Foundation

/// The Python programs of a document in docs/, to be run as they stand there.
public struct PythonDocument {
    /// The Python blocks, in order.
    public let programs: [String]

    /// The interpreter to use: `TREEVAE_PYTHON`, or `python3` on the path.
    public static let interpreter = ProcessInfo.processInfo.environment["TREEVAE_PYTHON"] ?? "python3"

    /// Whether the interpreter finds a module.
    static func has(_ module: String) -> Bool {
        let program = "import importlib.util as u, sys; sys.exit(u.find_spec('\(module)') is None)"
        return system("\(interpreter) -c \"\(program)\" 2>/dev/null") == 0
    }

    /// Reads a document.
    /// - Parameter name: its name in docs/.
    public init(_ name: String) throws {
        programs = try MarkdownPage("docs/\(name)").blocks.filter { $0.language == "python" }.map(\.text)
    }

    /// A program that did not end well.
    public struct Failure: Error {
        /// Its exit status, as `system` returns it.
        public let status: Int32
    }

    /// Runs a program in a directory and returns what it printed.
    public static func run(_ program: String, in directory: String) throws -> String {
        try program.write(toFile: directory + "/program.py", atomically: true, encoding: .utf8)
        let status = system("cd '\(directory)' && \(interpreter) program.py > output")
        if status != 0 { throw Failure(status: status) }
        return try String(contentsOfFile: directory + "/output", encoding: .utf8)
    }
}
