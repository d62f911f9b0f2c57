import ArgumentParser
import Checkpoints
import Collectives
import CommandSupport
import Datasets
import RunLog
import ResultCommands
import Spelling

/// `treevae-dist prepare`: makes a directory of shards.
struct PrepareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prepare",
        abstract: "Make HDF5 shards of a data set.",
        discussion: """
            The data sets of the paper are read from the files that their publishers offer, which \
            launch/fetch-data downloads: mnist and fashion-mnist (four idx files, with or without .gz), \
            omniglot and omniglot-5 (two zip files), 20newsgroups (20news-bydate.tar.gz), cifar-10 and \
            cifar-100 (the binary version: .bin, .bin.gz, or the tar.gz), celeba (the aligned pictures, zip or \
            directory, and the tables of attributes and partition). docs/datasets.md says what becomes of \
            them. strokes is drawn by the program itself and needs no files. The output directory must be \
            new or empty; it appears complete or not at all.

            Your own: csv and tsv (with a header; every column that is neither label nor id is a feature), npy \
            and npz, images (PNG and JPEG; sub-directories are labels), hdf5, h5ad (AnnData). Rows keep their \
            numbers or ids. docs/own-data.md has the details.

            EXAMPLES:
              treevae-dist prepare mnist --from downloads/mnist --out data/mnist
              treevae-dist prepare omniglot --from downloads/omniglot --out data/omniglot --seed 2
              treevae-dist prepare cifar-10 --from downloads/cifar-10-binary.tar.gz --out data/cifar-10
              treevae-dist prepare strokes --out data/strokes
              treevae-dist prepare csv --from wine.csv --label quality --id bottle --out data/wine
              treevae-dist prepare images --from photos --size 64x64 --out data/photos
              treevae-dist prepare h5ad --from cells.h5ad --layer counts --label cell_type --out data/cells
              treevae-dist prepare --check data/cells
            """)

    @Argument(help: "The data set: \(Preparation.allCases.map(\.rawValue).joined(separator: ", ")).")
    var source: Preparation?

    @Option(
        help: ArgumentHelp(
            "Read all shards of a directory, compare checksums, counts, ranges and ids, print a summary, and end.",
            valueName: "dir"))
    var check: String?

    @Option(help: ArgumentHelp("File or directory that the data set is read from.", valueName: "path"))
    var from: String?

    @Option(help: ArgumentHelp("Directory to make.", valueName: "dir"))
    var out: String?

    @Option(help: ArgumentHelp("Shards for each split.", valueName: "k"))
    var shards = 4

    @Option(
        help: ArgumentHelp(
            "Compression of the shards, 1 to 9: smaller files, more work for runs that stream them; 0 for none.",
            valueName: "level"))
    var deflate = 0

    @Option(
        help: ArgumentHelp(
            "Share of the samples that is for tests, of data without splits of their own. (default: 0.2)",
            valueName: "fraction"))
    var testFraction: Double?

    @Option(help: ArgumentHelp("Which samples they are. (default: 1)", valueName: "number"))
    var seed: UInt64?

    @Option(
        help: ArgumentHelp(
            "Only these classes, by name or number, with commas; their labels are in this order.",
            valueName: "list"))
    var classes: String?

    @Option(
        help: ArgumentHelp(
            "Only so many of the samples to train on, drawn by chance; --seed says which.", valueName: "count"
        ))
    var trainCount: Int?

    @Flag(
        help:
            "Read files of the user's with HDF5 in this process, for a debugger. A crash of the library then is one of the program."
    )
    var inProcess = false

    @OptionGroup(title: "Options for your own data")
    var own: SourceArguments

    func validate() throws {
        if check != nil {
            guard source == nil, from == nil, out == nil, testFraction == nil, seed == nil, classes == nil,
                trainCount == nil,
                own.options.given.isEmpty
            else {
                throw ValidationError("--check looks at shards that are there: name their directory alone.")
            }
            return
        }
        guard let dataset = source else {
            throw ValidationError(
                "which data set? One of \(Preparation.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        guard out != nil else { throw ValidationError("name the directory to make with --out.") }
        let name = dataset.rawValue
        if let stray = own.options.given.first(where: { !dataset.options.contains($0) }) {
            throw ValidationError("--\(stray.rawValue) means nothing for \(name): leave it out.")
        }
        if dataset.needsFiles && from == nil {
            throw ValidationError("\(name) is made from files: say where they are with --from.")
        }
        if !dataset.needsFiles && from != nil {
            throw ValidationError("\(name) is drawn by the program: leave --from out.")
        }
        if shards < 1 { throw ValidationError("--shards must be at least 1, not \(shards).") }
        if !(0...9).contains(deflate) {
            throw ValidationError("--deflate must be from 0 to 9, not \(deflate).")
        }
        if let trainCount, trainCount < 1 {
            throw ValidationError("--train-count must be at least 1, not \(trainCount).")
        }
        if dataset.hasOwnSplits && (testFraction != nil || seed != nil && trainCount == nil) {
            throw ValidationError(
                "\(name) says itself which samples are for tests: leave --test-fraction and --seed out.")
        }
        if let testFraction, !(0..<1).contains(testFraction) {
            throw ValidationError("--test-fraction must be from 0 to below 1, not \(testFraction).")
        }
    }

    func run() throws {
        if !inProcess, let file = check ?? (source?.readsForeignHDF5 == true ? from : nil) {
            return try ReadingProcess(file: file, writing: out).run()
        }
        let line = WorkLine()
        let show: PreparationProgress.Handler = {
            line.update($0.stage, done: $0.done, of: $0.total, unit: $0.unit)
        }
        if let check {
            let summary = try DatasetCheck(check, progress: show)
            line.clear()
            print(summary.text)
            return
        }
        guard let source, let out else { preconditionFailure("validate() has seen to both") }
        try ShardWriter.requireFree(out)
        var samples = try source.source(from: from, options: own.options, progress: show)
        if case .given = samples.division, testFraction != nil || seed != nil && trainCount == nil {
            throw ValidationError(
                "the files say which samples are for tests: leave --test-fraction and --seed out.")
        }
        if classes != nil || trainCount != nil {
            samples = try SubsetSource(
                samples, classes: classes?.split(separator: ",").map(String.init), trainCount: trainCount,
                testFraction: testFraction ?? 0.2, seed: seed ?? 1)
        }
        let plan = ShardPlan(
            shards: shards, testFraction: testFraction ?? 0.2, seed: seed ?? 1,
            deflate: deflate == 0 ? nil : deflate)
        let splits = try ShardWriter.write(samples, to: out, plan: plan, progress: show)
        line.clear()
        for notice in samples.notices { printToStandardError(notice) }
        print(
            "\(source.rawValue): \(splits.map { "\($0.shards) \($0.split.rawValue)" }.joined(separator: " and ")) shards in \(out)"
        )
        let schema = samples.schema
        for part in splits {
            let shape = schema.shape.map(String.init).joined(separator: "x")
            print("\(part.split.rawValue): \(part.count) samples of \(shape)")
            for (label, count) in part.classCounts.enumerated() {
                let name = label < schema.classNames.count ? schema.classNames[label] : ""
                print("  \(label)  \(count)  \(name.printable)")
            }
        }
    }
}

extension Preparation: ExpressibleByArgument {}
