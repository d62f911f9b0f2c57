import Foundation

/// The Python programs of a document in docs/, to be run as they stand there.
public struct PythonDocument {
    /// The Python blocks, in order.
    public let programs: [String]

    /// The interpreter to use: `TREEVAE_PYTHON`, or `python3` on the path.
    public static let interpreter = ProcessInfo.processInfo.environment["TREEVAE_PYTHON"] ?? "python3"

    /// Whether the interpreter has h5py.
    public static let canRun = has("h5py")
    /// What to say where it has not.
    public static let skipped = lacks("h5py")

    /// Whether the interpreter can import a module.
    public static func has(_ module: String) -> Bool {
        system("\(interpreter) -c 'import \(module)' >/dev/null 2>&1") == 0
    }

    /// What to say where it cannot.
    public static func lacks(_ package: String) -> String {
        "there is no Python with \(package); set TREEVAE_PYTHON to one"
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
