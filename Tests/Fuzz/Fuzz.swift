import ArgumentParser
import Files
import Foundation
import Store

/// Reads damaged files by every reader of the program, and keeps those that one of them does not survive.
@main
struct Fuzz: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "Fuzz",
        abstract: "Damage small files and have every reader read them.",
        discussion: """
            An input may be refused or read, within 20 s and 1 GiB of memory, and leaves nothing behind; time in which \
            other processes have the cores does not count. Whatever else happens is a finding: the input is kept, and the exit status is 1. Seed and number make the same input again:
              Fuzz --seed 1 --first 4711 --inputs 1
            """)

    @Option(help: "Inputs that are read.") var inputs = 1_000_000_000
    @Option(help: "Seconds after which no more are read.") var seconds = Double.infinity
    @Option(help: "Decides what is damaged, and how.") var seed: UInt64 = 1
    @Option(help: "Number of the first input.") var first = 0
    @Option(help: "Processes that read at the same time.") var workers = max(
        1, ProcessInfo.processInfo.activeProcessorCount)
    @Option(help: "Readers, separated by commas; a name stands for all that begin with it.") var readers:
        String?
    @Option(help: "Directory for inputs that a reader does not survive.") var findings = "fuzz-findings"
    @Option(help: "The program, which makes models to damage; without it the one beside this.") var program:
        String?
    @Flag(help: "Without limits of memory, which sanitizers do not keep.") var sanitized = false
    @Flag(help: "List the readers and end.") var list = false

    @Option(help: .hidden) var corpus: String?
    @Option(help: .hidden) var worker: String?

    private var chosen: [Reader] {
        guard let readers else { return Reader.all }
        let names = readers.split(separator: ",")
        return Reader.all.filter { reader in names.contains { reader.name.hasPrefix($0) } }
    }

    func validate() throws {
        if chosen.isEmpty { throw ValidationError("there is no such reader: --list names them.") }
    }

    func run() throws {
        if list { return print(Reader.all.map(\.name).joined(separator: "\n")) }
        if let worker, let corpus {
            // Sanitizers map terabytes; ours and those of libraries map some hundred megabytes that nobody touches.
            let worker = Worker(
                seed: seed, corpus: corpus, directory: worker, readers: chosen,
                addressSpace: sanitized ? nil : 6 << 30)
            try worker.run(first..<first + inputs)
            return
        }
        // In memory where that is possible: a file is written for each input.
        let place = Directory.exists("/dev/shm") ? "/dev/shm" : FileManager.default.temporaryDirectory.path
        var template = Array("\(place)/treevae-fuzz-XXXXXX".utf8CString)
        guard let directory = mkdtemp(&template).map({ String(cString: $0) }) else {
            throw Corpus.Failure(description: "no directory can be made in \(place)")
        }
        defer { Directory.remove(directory) }
        let beside = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent()
        let corpus = Corpus(
            path: directory + "/corpus",
            program: program ?? beside.appendingPathComponent("treevae-dist").path)
        try corpus.make()
        let refused = try chosen.compactMap { try refusal(of: $0, corpus, directory) }
        guard refused.isEmpty else { throw Corpus.Failure(description: refused.joined(separator: "\n")) }
        let campaign = Campaign(self, readers: chosen, directory: directory, corpus: corpus.path)
        let count = try campaign.run()
        print(
            "\(count) inputs, \(campaign.refused) refused, \(campaign.accepted) read, \(campaign.findings.count) findings; "
                + String(format: "at most %.1f s and %d MiB", campaign.slowest, campaign.largest >> 20))
        if !campaign.findings.isEmpty { throw ExitCode(1) }
    }

    /// Why a reader does not read its sound input: damaged ones would say nothing. Nil where it does.
    private func refusal(of reader: Reader, _ corpus: Corpus, _ directory: String) throws -> String? {
        let input = directory + "/sound"
        Directory.remove(input)
        try FileManager.default.copyItem(atPath: corpus.path + "/" + reader.sample, toPath: input)
        defer { Directory.remove(input) }
        do {
            try reader.read(input)
            return nil
        } catch {
            return "\(reader.name) refuses a sound input: \(error)"
        }
    }
}
