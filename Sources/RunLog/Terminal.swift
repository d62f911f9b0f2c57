import Foundation

/// What a stream of this process can show.
public struct Terminal: Equatable, Sendable {
    /// Whether a line can be drawn over: a terminal, and not a dumb one.
    public var isInteractive: Bool
    /// Whether colours are wanted: interactive, and `NO_COLOR` is unset or empty (no-color.org).
    public var showsColour: Bool
    /// Whether the locale has characters beyond ASCII.
    public var showsUnicode: Bool
    /// Columns.
    public var width: Int

    /// A terminal with the given abilities.
    public init(isInteractive: Bool, showsColour: Bool, showsUnicode: Bool, width: Int) {
        self.isInteractive = isInteractive
        self.showsColour = showsColour
        self.showsUnicode = showsUnicode
        self.width = width
    }

    /// What the stream behind a file descriptor can show.
    /// - Parameters:
    ///   - descriptor: 1 for standard output, 2 for standard error.
    ///   - environment: Environment variables.
    public init(
        descriptor: Int32, environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.init(
            isTerminal: isatty(descriptor) == 1, width: Self.width(of: descriptor) ?? 80,
            environment: environment)
    }

    /// Columns of the terminal behind a file descriptor; nil where there is none that knows.
    static func width(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// What a stream can show, from the facts.
    init(isTerminal: Bool, width: Int, environment: [String: String]) {
        isInteractive = isTerminal && environment["TERM"] != "dumb"
        showsColour = isInteractive && environment["NO_COLOR", default: ""].isEmpty
        // POSIX: the first of these that is set and not empty decides.
        let locale =
            ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        showsUnicode = locale.lowercased().replacing("-", with: "").contains("utf8")
        self.width = width
    }
}
