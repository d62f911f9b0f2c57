import RunLog
import Testing

/// What is shown of long work, with a clock of the test's own.
@Suite struct WorkLineTests {
    /// Updates every half second, and what they wrote.
    private func written(isInteractive: Bool, halfSeconds: Int) -> [String] {
        var time = 0.0
        var texts: [String] = []
        let terminal = Terminal(
            isInteractive: isInteractive, showsColour: false, showsUnicode: false, width: 80)
        let line = WorkLine(terminal: terminal, write: { texts.append($0) }, now: { time })
        for step in 1...halfSeconds {
            time = Double(step) / 2
            line.update("writing", done: step, of: 80, unit: "samples")
        }
        line.clear()
        return texts
    }

    @Test func shortWorkIsSilent() {
        #expect(written(isInteractive: true, halfSeconds: 3).isEmpty)
        #expect(written(isInteractive: false, halfSeconds: 3).isEmpty)
    }

    @Test func terminalsShowOneLineThatGoes() {
        let texts = written(isInteractive: true, halfSeconds: 5)
        #expect(
            texts == [
                "\rwriting: 4 of 80 samples, 5 %\u{1B}[K", "\rwriting: 5 of 80 samples, 6 %\u{1B}[K",
                "\r\u{1B}[K",
            ])
    }

    @Test func filesGetALineEveryTenSeconds() {
        let texts = written(isInteractive: false, halfSeconds: 48)
        #expect(
            texts == [
                "writing: 4 of 80 samples, 5 %\n", "writing: 24 of 80 samples, 30 %\n",
                "writing: 44 of 80 samples, 55 %\n",
            ])
    }
}
