import ArgumentParser
import Datasets
import RunLog

/// `treevae-dist prepare`: makes a directory of shards.
struct PrepareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prepare",
        abstract: "Make HDF5 shards of a data set.",
        discussion: """
            mnist and fashion-mnist are read from the four idx files that their publishers offer, with or \
            without .gz; strokes is drawn by the program itself and needs no files. The output directory \
            must be new or empty; it appears complete or not at all.

            EXAMPLES:
              treevae-dist prepare mnist --from downloads/mnist --out data/mnist
              treevae-dist prepare fashion-mnist --from downloads/fashion --out data/fashion --shards 8
              treevae-dist prepare strokes --out data/strokes

            Your own data: see docs/shard-format.md.
            """)

    @Argument(help: "The data set: \(Preparation.allCases.map(\.rawValue).joined(separator: ", ")).")
    var dataset: Preparation

    @Option(help: ArgumentHelp("File or directory that the data set is read from.", valueName: "path"))
    var from: String?

    @Option(help: ArgumentHelp("Directory to make.", valueName: "dir"))
    var out: String

    @Option(help: ArgumentHelp("Shards for each split.", valueName: "k"))
    var shards = 4

    @Option(
        help: ArgumentHelp(
            "Share of the samples that is for tests, of data without splits of their own. (default: 0.2)",
            valueName: "fraction"))
    var testFraction: Double?

    @Option(help: ArgumentHelp("Which samples they are. (default: 1)", valueName: "number"))
    var seed: UInt64?

    func validate() throws {
        let name = dataset.rawValue
        if dataset.needsFiles && from == nil {
            throw ValidationError("\(name) is made from files: say where they are with --from.")
        }
        if !dataset.needsFiles && from != nil {
            throw ValidationError("\(name) is drawn by the program: leave --from out.")
        }
        if shards < 1 { throw ValidationError("--shards must be at least 1, not \(shards).") }
        if dataset.hasOwnSplits && (testFraction != nil || seed != nil) {
            throw ValidationError(
                "\(name) says itself which samples are for tests: leave --test-fraction and --seed out.")
        }
        if let testFraction, !(0..<1).contains(testFraction) {
            throw ValidationError("--test-fraction must be from 0 to below 1, not \(testFraction).")
        }
    }

    func run() throws {
        let line = WorkLine()
        let show: PreparationProgress.Handler = {
            line.update($0.stage, done: $0.done, of: $0.total, unit: $0.unit)
        }
        try ShardWriter.requireFree(out)
        let source = try dataset.source(from: from, progress: show)
        let plan = ShardPlan(shards: shards, testFraction: testFraction ?? 0.2, seed: seed ?? 1)
        let splits = try ShardWriter.write(source, to: out, plan: plan, progress: show)
        line.clear()
        print("\(dataset.rawValue): \(shards) shards for each split in \(out)")
        let schema = source.schema
        for part in splits {
            let shape = schema.shape.map(String.init).joined(separator: "x")
            print("\(part.split.rawValue): \(part.count) samples of \(shape)")
            for (label, count) in part.classCounts.enumerated() {
                let name = label < schema.classNames.count ? schema.classNames[label] : ""
                print("  \(label)  \(count)  \(name)")
            }
        }
    }
}

extension Preparation: ExpressibleByArgument {}
