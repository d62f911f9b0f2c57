import Foundation

/// Shows a run while it goes on: on a terminal a bar that is drawn over, elsewhere one plain line an epoch.
///
/// Not thread-safe.
public final class ProgressLine {
    private let terminal: Terminal
    private let verbosity: Verbosity
    private let write: (String) -> Void
    private let now: () -> Double
    private var lastDrawn = -Double.infinity
    private var shown = ""

    /// Seconds between two drawings of the bar.
    static let interval = 0.1

    /// A line on a stream of this process.
    ///
    /// - Parameters:
    ///   - descriptor: 1 for standard output, 2 for standard error.
    ///   - verbosity: What is shown.
    ///   - drawsOver: whether a bar is drawn; nil for where a terminal is found.
    public convenience init(
        descriptor: Int32 = 2, verbosity: Verbosity = .normal, drawsOver: Bool? = nil
    ) {
        let stream = FileHandle(fileDescriptor: descriptor)
        self.init(
            terminal: descriptor == 2
                ? .ofMessages(drawsOver: drawsOver) : Terminal(descriptor: descriptor),
            verbosity: verbosity,
            write: { text in try? stream.write(contentsOf: Data(text.utf8)) },
            now: { ProcessInfo.processInfo.systemUptime })
    }

    /// A line whose output and clock are given.
    /// - Parameters:
    ///   - terminal: What the output can show.
    ///   - verbosity: What is shown.
    ///   - write: Takes text as it is; a failure to show something is no reason to end a run.
    ///   - now: Seconds on a clock that never goes back.
    public init(
        terminal: Terminal, verbosity: Verbosity = .normal, write: @escaping (String) -> Void,
        now: @escaping () -> Double
    ) {
        self.terminal = terminal
        self.verbosity = verbosity
        self.write = write
        self.now = now
    }

    deinit { clear() }

    /// Draws the bar, on a terminal and at most ten times a second.
    public func update(_ progress: Progress) {
        guard verbosity != .quiet, terminal.isInteractive, now() - lastDrawn >= Self.interval else { return }
        draw(progress.bar(on: terminal))
        lastDrawn = now()
    }

    /// Shows that an epoch has ended. Elsewhere than on a terminal each epoch leaves its line, there the
    /// last one of each phase.
    /// - Parameters:
    ///   - record: The epoch.
    ///   - epochs: Epochs of its phase.
    ///   - secondsLeft: Seconds until the whole schedule ends; `nil` leaves them out.
    public func finish(_ record: EpochRecord, epochs: Int, secondsLeft: Double? = nil) {
        guard !terminal.isInteractive || verbosity == .verbose || record.epoch + 1 >= epochs else { return }
        say(record.line(epochs: epochs) + (secondsLeft.map { "  \(Progress.time($0)) left" } ?? ""))
    }

    /// Writes a line that stays where details are wanted.
    public func sayDetail(_ message: String) {
        if verbosity == .verbose { say(message) }
    }

    /// Writes a line that stays, above the bar.
    public func say(_ message: String) {
        guard verbosity != .quiet else { return }
        let bar = shown
        clear()
        write(message + "\n")
        if !bar.isEmpty { draw(bar) }
    }

    /// Removes the bar, before something else writes to the terminal.
    public func clear() {
        guard !shown.isEmpty else { return }
        write("\r\u{1B}[K")
        shown = ""
    }

    private func draw(_ bar: String) {
        write("\r\(bar)\u{1B}[K")
        shown = bar
    }
}
