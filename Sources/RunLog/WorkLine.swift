import Foundation

/// Shows how far some counted work is, once it has taken two seconds: on a terminal a line that is drawn over,
/// elsewhere a plain line every ten seconds.
///
/// It writes to standard error. Not thread-safe.
public final class WorkLine {
    private let terminal: Terminal
    private let write: (String) -> Void
    private let now: () -> Double
    private let start: Double
    private var lastShown = -Double.infinity
    private var isShown = false

    /// Seconds before anything is shown.
    static let patience = 2.0

    /// A line on standard error.
    public convenience init() {
        self.init(
            terminal: .ofMessages(),
            write: { text in try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) },
            now: { ProcessInfo.processInfo.systemUptime })
    }

    /// A line whose output and clock are given; the work begins now.
    public init(terminal: Terminal, write: @escaping (String) -> Void, now: @escaping () -> Double) {
        self.terminal = terminal
        self.write = write
        self.now = now
        start = now()
    }

    deinit { clear() }

    /// Shows how far the work is: "writing: 1200 of 60000 samples, 2 %".
    /// - Parameter total: 0 where it is not known.
    public func update(_ stage: String, done: Int, of total: Int, unit: String) {
        let time = now()
        guard time - start >= Self.patience, time - lastShown >= (terminal.isInteractive ? 0.1 : 10) else {
            return
        }
        lastShown = time
        let amount =
            total > 0 ? "\(done) of \(total) \(unit), \(100 * done / total) %" : "\(done) \(unit)"
        let text = String("\(stage): \(amount)".prefix(max(0, terminal.width - 1)))
        write(terminal.isInteractive ? "\r\(text)\u{1B}[K" : text + "\n")
        isShown = terminal.isInteractive
    }

    /// Removes the line, before something else writes to the terminal.
    public func clear() {
        guard isShown else { return }
        write("\r\u{1B}[K")
        isShown = false
    }
}
