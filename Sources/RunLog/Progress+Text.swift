import Foundation

extension Progress {
    /// The bar: one line, at most one column short of the terminal's width, so that it never wraps.
    /// - Parameter terminal: What can be shown.
    public func bar(on terminal: Terminal) -> String {
        let head = "\(phase) \(min(epoch + 1, epochs))/\(epochs) "
        let times =
            Self.time(phaseSecondsLeft) + " left, " + Self.time(scheduleSecondsLeft) + " in all"
        let metric = nmi.map { String(format: "  nmi %.3f", $0) } ?? ""
        let tail = " loss \(Self.number(loss))\(metric)  \(Self.count(samplesPerSecond)) samples/s  \(times)"
        let width = terminal.width - 1
        let cells = min(30, width - head.count - tail.count)
        guard cells >= 5 else { return String((head + tail.dropFirst()).prefix(max(0, width))) }
        let full = Int(Double(cells) * phaseFraction)
        let (done, rest) = terminal.showsUnicode ? ("━", "─") : ("#", "-")
        let filled = String(repeating: done, count: full)
        let empty = String(repeating: rest, count: cells - full)
        return head
            + (terminal.showsColour ? "\u{1B}[32m\(filled)\u{1B}[2;39m\(empty)\u{1B}[0m" : filled + empty)
            + tail
    }

    /// Seconds in words of two units: `48 s`, `3 min 05 s`, `2 h 07 min`, `5 d 03 h`; `?` while unknown.
    public static func time(_ seconds: Double?) -> String {
        guard let seconds, seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
        let whole = Int(seconds.rounded())
        func pair(_ high: Int, _ highUnit: String, _ low: Int, _ lowUnit: String) -> String {
            "\(high) \(highUnit) \(low < 10 ? "0" : "")\(low) \(lowUnit)"
        }
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3600: return pair(whole / 60, "min", whole % 60, "s")
        case ..<86_400: return pair(whole / 3600, "h", whole / 60 % 60, "min")
        default: return pair(whole / 86_400, "d", whole / 3600 % 24, "h")
        }
    }

    /// A loss with five significant digits, or what it is instead of a number.
    static func number(_ value: Double) -> String {
        value.isFinite ? String(format: "%.5g", value) : "\(value)"
    }

    /// A rate with three significant digits: `87`, `1.23k`, `45.6k`.
    static func count(_ value: Double) -> String {
        guard value.isFinite else { return "?" }
        return value < 1000 ? String(format: "%.0f", value) : String(format: "%.3gk", value / 1000)
    }
}

extension EpochRecord {
    /// The line of a finished epoch, for files and for what stays on the terminal.
    /// - Parameter epochs: Epochs of the phase.
    public func line(epochs: Int) -> String {
        var text = "\(phase) \(epoch + 1)/\(epochs)  \(leaves) leaves  loss \(Progress.number(loss))"
        text += "  rec \(Progress.number(recLoss))"
        text += "  kl \(Progress.number(klRoot + klNodes + klDecisions))"
        if let contrastive { text += "  contrastive \(Progress.number(contrastive))" }
        text += "  alpha \(Progress.number(alpha))  rate \(Progress.number(learningRate))"
        if let acc { text += String(format: "  acc %.3f", acc) }
        if let nmi { text += String(format: "  nmi %.3f", nmi) }
        return text + "  \(Progress.count(samplesPerSecond)) samples/s  \(String(format: "%.1f", seconds)) s"
    }
}
