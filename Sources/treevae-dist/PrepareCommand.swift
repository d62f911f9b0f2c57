import ArgumentParser
import Datasets

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

    @Option(help: ArgumentHelp("Directory of the idx files.", valueName: "dir"))
    var from: String?

    @Option(help: ArgumentHelp("Directory to make.", valueName: "dir"))
    var out: String

    @Option(help: ArgumentHelp("Shards for each split.", valueName: "k"))
    var shards = 4

    func validate() throws {
        if dataset.needsFiles && from == nil {
            throw ValidationError("\(dataset.rawValue) is made from files: name their directory with --from.")
        }
        if !dataset.needsFiles && from != nil {
            throw ValidationError("\(dataset.rawValue) is drawn by the program: leave --from out.")
        }
        if shards < 1 { throw ValidationError("--shards must be at least 1, not \(shards).") }
    }

    func run() throws {
        let train = try dataset.load(.train, from: from)
        let test = try dataset.load(.test, from: from)
        try ShardWriter.write(train: train, test: test, to: out, shards: shards)
        print("\(dataset.rawValue): \(shards) shards for each split in \(out)")
        for (split, part) in [("train", train), ("test", test)] {
            print("\(split): \(part.count) samples of \(part.shape.map(String.init).joined(separator: "x"))")
            for (label, count) in part.classCounts.enumerated() {
                print("  \(label)  \(count)  \(part.classNames[label])")
            }
        }
    }
}

extension Preparation: ExpressibleByArgument {}
