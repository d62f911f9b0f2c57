import Testing

@testable import RunLog

@Suite struct ProgressTests {
    private let plain = Terminal(isInteractive: false, showsColour: false, showsUnicode: false, width: 80)
    private let ascii = Terminal(isInteractive: true, showsColour: false, showsUnicode: false, width: 110)
    private let progress = Progress(
        phase: "initial", leaves: 2, epoch: 4, epochs: 10, epochFraction: 0.5, loss: 123.4567,
        samplesPerSecond: 4567, phaseSecondsLeft: 65, scheduleSecondsLeft: 7500)

    @Test func barSaysPhaseEpochLossSpeedAndTimes() {
        #expect(
            progress.bar(on: ascii)
                == "initial 5/10 #############----------------- loss 123.46  4.57k samples/s  1 min 05 s left, 2 h 05 min in all"
        )
    }

    @Test(arguments: [0, 1, 20, 60, 80, 81, 100, 200])
    func barFitsTheTerminal(_ width: Int) {
        var terminal = ascii
        terminal.width = width
        terminal.showsUnicode = true
        #expect(progress.bar(on: terminal).count <= max(0, width - 1))
    }

    @Test func coloursAreEscapesAroundTheSameText() {
        var coloured = ascii
        coloured.showsColour = true
        let text = progress.bar(on: coloured)
        #expect(text.contains("\u{1B}[32m") && text.contains("\u{1B}[0m"))
        #expect(text.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") == progress.bar(on: ascii))
        #expect(!progress.bar(on: ascii).contains("\u{1B}"))
    }

    private static let times: [(Double?, String)] = [
        (nil, "?"), (Double.nan, "?"), (-1, "?"), (0, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"),
        (185, "3 min 05 s"), (3600, "1 h 00 min"), (442_800, "5 d 03 h"),
    ]

    @Test(arguments: times)
    func timesHaveTwoUnits(_ seconds: Double?, _ text: String) {
        #expect(Progress.time(seconds) == text)
    }

    @Test func barSaysTheMetricWhereThereIsOne() {
        var progress = progress
        progress.nmi = 0.8125
        #expect(progress.bar(on: ascii).contains(" loss 123.46  nmi 0.812  4.57k samples/s"))
    }

    @Test func quietSaysNothingAndVerboseLeavesEveryEpoch() {
        func output(_ terminal: Terminal, _ verbosity: Verbosity) -> String {
            var output = ""
            let line = ProgressLine(
                terminal: terminal, verbosity: verbosity, write: { output += $0 }, now: { 0 })
            line.update(progress)
            line.finish(record(epoch: 0), epochs: 2)
            line.say("growing")
            line.sayDetail("0.1 s")
            return output
        }
        for terminal in [plain, ascii] { #expect(output(terminal, .quiet) == "") }
        #expect(
            !output(ascii, .normal).contains("subtree 1/2") && output(ascii, .verbose).contains("subtree 1/2")
        )
        #expect(!output(plain, .normal).contains("0.1 s") && output(plain, .verbose).contains("0.1 s"))
    }

    @Test func linesSayTheTimeLeft() {
        var output = ""
        let line = ProgressLine(terminal: plain, write: { output += $0 }, now: { 0 })
        line.finish(record(epoch: 0), epochs: 2, secondsLeft: 125)
        #expect(output == record(epoch: 0).line(epochs: 2) + "  2 min 05 s left\n")
    }

    @Test func elsewhereThanOnATerminalEachEpochIsALine() {
        var output = ""
        let line = ProgressLine(terminal: plain, write: { output += $0 }, now: { 0 })
        line.update(progress)
        #expect(output == "")
        line.finish(record(epoch: 0, acc: 0.5), epochs: 2)
        line.finish(record(epoch: 1), epochs: 2)
        #expect(
            output == """
                subtree 1/2  5 leaves  loss 101.5  rec 90.25  kl 8.725  alpha 0.003  rate 0.0001  acc 0.500  \
                4.8k samples/s  12.5 s
                subtree 2/2  5 leaves  loss 101.5  rec 90.25  kl 8.725  alpha 0.003  rate 0.0001  \
                4.8k samples/s  12.5 s

                """)
    }

    @Test func onATerminalTheBarIsDrawnOverAndThePhaseLeavesALine() {
        var output: [String] = []
        var time = 0.0
        let bar = progress.bar(on: ascii)
        do {
            let line = ProgressLine(terminal: ascii, write: { output.append($0) }, now: { time })
            line.update(progress)
            time = 0.05
            line.update(progress)  // too soon
            line.finish(record(epoch: 0), epochs: 2)  // not the last
            #expect(output == ["\r\(bar)\u{1B}[K"])
            output = []
            line.finish(record(epoch: 1), epochs: 2)
            #expect(output == ["\r\u{1B}[K", record(epoch: 1).line(epochs: 2) + "\n", "\r\(bar)\u{1B}[K"])
            output = []
            withExtendedLifetime(line) {}
        }
        #expect(output == ["\r\u{1B}[K"])
    }

    @Test func terminalFollowsTheEnvironment() {
        func terminal(_ environment: [String: String], isTerminal: Bool = true) -> Terminal {
            Terminal(isTerminal: isTerminal, width: 80, environment: environment)
        }
        #expect(terminal([:]).isInteractive && terminal([:]).showsColour && !terminal([:]).showsUnicode)
        #expect(!terminal(["NO_COLOR": "1"]).showsColour && terminal(["NO_COLOR": "1"]).isInteractive)
        #expect(terminal(["NO_COLOR": ""]).showsColour)
        #expect(!terminal(["TERM": "dumb"]).isInteractive)
        #expect(!terminal([:], isTerminal: false).showsColour)
        #expect(terminal(["LANG": "en_GB.UTF-8"]).showsUnicode && terminal(["LANG": "C.utf8"]).showsUnicode)
        #expect(!terminal(["LC_ALL": "C", "LANG": "en_GB.UTF-8"]).showsUnicode)
    }
}
