import Datasets
import Files
import Foundation
import TestSupport
import Testing

extension EndToEndTests {
    @Suite struct TrainCommandTests {
        @Test func aBareRunTrainsTheEmbeddedData() throws {
            try withTemporaryDirectory { directory in
                let overrides =
                    SmallRun.schedule + [
                        "data.limit=200", "growth.max_leaves=2", "training.epochs.finetune=1",
                    ]
                let outcome = try Program.run(overrides, in: directory)
                #expect(outcome.status == 0, "\(outcome.errors)")
                #expect(outcome.output.contains("NMI") && outcome.output.contains("runs/strokes/model.h5"))
                #expect(FileManager.default.fileExists(atPath: directory + "/runs/strokes/model.h5"))
                // The next run does not write over it.
                let again = try Program.run(overrides + ["training.epochs.initial=1"], in: directory)
                #expect(again.status == 0 && again.output.contains("runs/strokes-2/model.h5"))
            }
        }

        @Test func resultsAndMessagesAreApart() throws {
            try withSmallRun { run in
                let outcome = try run.run("run")
                #expect(outcome.status == 0, "\(outcome.errors)")
                for result in [
                    "NMI", "ELBO", "reconstruction loss", "leaves", "run/model.h5", "run/checkpoints",
                ] {
                    #expect(outcome.output.contains(result))
                    #expect(result == "leaves" || !outcome.errors.contains("\n\(result)"))
                }
                #expect(
                    !outcome.output.contains("splitting leaf") && outcome.errors.contains("splitting leaf"))
                #expect(
                    !outcome.errors.contains("\r") && !outcome.errors.contains("\u{1B}"), "no bar in a file")
                try run.expectTidy("run")

                let log = run.log("run")
                #expect(log.compactMap { $0["phase"] as? String } == SmallRun.phases)
                let keys: Set = [
                    "phase", "epoch", "leaves", "loss", "rec_loss", "kl_root", "kl_nodes", "kl_decisions",
                    "alpha",
                    "learning_rate", "seconds", "samples_per_second", "acc", "nmi",
                ]
                #expect(log.allSatisfy { keys.isSubset(of: Set($0.keys)) })
            }
        }

        @Test func anotherRunIsNotWrittenOver() throws {
            try withSmallRun(["growth.max_leaves=2"]) { run in
                #expect(try run.run("run").status == 0)
                let before = try bytes(of: run.directory + "/run/model.h5")
                let outcome = try run.run("run")
                #expect(outcome.status == 1 && outcome.output.isEmpty)
                #expect(outcome.messages.count == 1 && outcome.errors.contains("run holds a run already"))
                #expect(try bytes(of: run.directory + "/run/model.h5") == before)
                // Resuming a finished run ends at once with the same model.
                removeFile(run.directory + "/run/model.h5")
                #expect(try run.run("run", resumes: true).status == 0)
                #expect(try bytes(of: run.directory + "/run/model.h5") == before)
            }
        }

        @Test func aDryRunTrainsNothing() throws {
            try withSmallRun { run in
                let outcome = try Program.run(run.arguments("run") + ["--dry-run"], in: run.directory)
                #expect(outcome.status == 0, "\(outcome.errors)")
                for word in ["300 training", "parameters", "memory"] {
                    #expect(outcome.errors.contains(word) || outcome.output.contains(word))
                }
                #expect(!Directory.exists(run.directory + "/run"))
            }
        }

        /// Every file in configs/, with the shape of its samples and the leaves of both of the paper's experiments; none for
        /// what is not a tree.
        static let configurations: [(file: String, shape: [Int], leaves: [Int])] =
            trees + baselines + clusterTrees

        private static let baselines = trees.filter { published.contains($0.file) }.flatMap { tree in
            ["vae", "ladder-vae"].map { (file: "\(tree.file)-\($0)", shape: tree.shape, leaves: [Int]()) }
        }

        private static let clusterTrees = trees.filter {
            published.contains($0.file) && $0.file != "omniglot"
        }.map { (file: "\($0.file)-deepect", shape: $0.shape, leaves: [Int]()) }

        private static let published = [
            "mnist", "fashion-mnist", "omniglot", "omniglot-5", "20newsgroups", "cifar-10", "cifar-100",
        ]

        private static let trees: [(file: String, shape: [Int], leaves: [Int])] = [
            ("strokes", [1, 28, 28], [10]), ("mnist", [1, 28, 28], [10, 20]),
            ("mnist-tenth", [1, 28, 28], [10]), ("fashion-mnist", [1, 28, 28], [10, 20]),
            ("mnist-robust", [1, 28, 28], [10, 20]), ("fashion-mnist-robust", [1, 28, 28], [10, 20]),
            ("omniglot", [1, 28, 28], [10]), ("omniglot-5", [1, 28, 28], [5, 20]),
            ("20newsgroups", [2000], [20, 30]), ("cifar-10", [3, 32, 32], [10, 20]),
            ("cifar-100", [3, 32, 32], [20, 30]), ("celeba", [3, 64, 64], [10]),
        ]

        /// One of each kind of model and family of networks; the others differ from them in numbers.
        private static let dryRuns: Set = [
            "strokes", "omniglot-5", "20newsgroups", "cifar-10", "celeba", "mnist-vae",
            "20newsgroups-ladder-vae", "mnist-deepect", "cifar-100-deepect",
        ]

        @Test func everyShippedConfigurationIsKnown() throws {
            let files = try FileManager.default.contentsOfDirectory(atPath: Repository.root + "/configs")
                .filter { $0.hasSuffix(".yml") }
            #expect(Set(files) == Set(Self.configurations.map { $0.file + ".yml" }))
        }

        @Test func shippedConfigurationsPassADryRun() throws {
            let configs = Repository.root + "/configs"
            for (file, shape, leaves) in Self.configurations where Self.dryRuns.contains(file) {
                try withTemporaryDirectory { directory in
                    func samples(_ count: Int) -> Dataset {
                        Dataset(
                            bytes: (0..<count * shape.reduce(1, *)).map { UInt8($0 % 256) }, shape: shape,
                            labels: (0..<count).map { Int32($0 % 2) }, name: "made", source: "made by a test")
                    }
                    try ShardWriter.write(
                        train: samples(256), test: samples(2), to: directory + "/data", shards: 1)
                    for count in leaves.isEmpty ? [1] : leaves {
                        let outcome = try Program.run(
                            [
                                "train", "--config", "\(configs)/\(file).yml", "--data", "data", "--out",
                                "run", "--dry-run",
                            ] + (count == leaves.first ?? 1 ? [] : ["growth.max_leaves=\(count)"]),
                            in: directory)
                        #expect(outcome.status == 0, "\(file): \(outcome.errors)")
                        let isClusterTree = file.hasSuffix("-deepect")
                        let words =
                            ["parameters", "GFLOP a step", "MB of gradients", "MB a rank"]
                            + (isClusterTree ? ["up to"] : ["for the whole schedule"])
                        for word in words + (leaves.isEmpty ? [] : ["with \(count) leaves"]) {
                            #expect(outcome.errors.contains(word), "\(file): \(word) in \(outcome.errors)")
                        }
                        let augmented =
                            file.hasPrefix("omniglot")
                            ? "augmented   affine, rotation ±10.0°"
                            : shape[0] == 3
                                ? (isClusterTree
                                    ? "augmented   affine, rotation ±15.0°"
                                    : "2 of each of 128 samples\naugmented   crop_and_jitter")
                                : "augmented   none"
                        #expect(outcome.errors.contains(augmented), "\(file): \(outcome.errors)")
                        #expect(!Directory.exists(directory + "/run"))
                    }
                }
            }
        }

        @Test func helpHasExamples() throws {
            try withTemporaryDirectory { directory in
                for command in [[], ["train"], ["prepare"], ["score"], ["gradcheck"], ["assign"], ["sample"]]
                {
                    let outcome = try Program.run(command + ["--help"], in: directory)
                    #expect(outcome.status == 0 && outcome.errors.isEmpty)
                    #expect(outcome.output.contains("USAGE"))
                    if !command.isEmpty {
                        #expect(
                            outcome.output.contains("EXAMPLES")
                                && outcome.output.contains("treevae-dist \(command[0])"))
                    }
                }
                for wrong in [
                    ["train", "--nonsense"], ["prepare"], ["train", "--pause-rank", "x"],
                    ["train", "no-override"], ["train", "--resume"],
                ] {
                    let outcome = try Program.run(wrong, in: directory)
                    #expect(
                        outcome.status == 64 && outcome.output.isEmpty && !outcome.errors.isEmpty, "\(wrong)")
                }
            }
        }

        @Test func quietRunsAreSilentAndWatchedOnesAreFollowed() throws {
            try withSmallRun { run in
                #expect(
                    try Program.run(["inspect", "--watch", "run"], in: run.directory).errors.contains(
                        "no run to watch"))
                let execution = try Execution(
                    run.arguments("run") + ["--quiet", "--tensorboard"], in: run.directory)
                #expect(execution.wait { !run.log("run").isEmpty })
                let watched = try Program.run(["inspect", "--watch", "run"], in: run.directory)
                let outcome = try execution.wait()
                #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
                #expect(outcome.output.contains("NMI"))
                #expect(watched.status == 0 && watched.errors.isEmpty, "\(watched.errors)")
                let lines = watched.output.split(separator: "\n")
                // The last epochs of those that were over when it began, and every other.
                #expect((10...SmallRun.phases.count).contains(lines.count { $0.contains(" samples/s ") }))
                #expect(
                    watched.output.contains("depth 1") && watched.output.hasSuffix("model  run/model.h5\n"))
                #expect(
                    try Directory.list(run.directory + "/run").contains("events.out.tfevents.treevae-dist"))
            }
        }

        /// What a training writes, read by TensorBoard: every leaf's picture after every phase, also where the run was
        /// stopped in between, and the settings.
        @Test(.needs(.python("tensorboard")), .needs(.python("PIL")))
        func tensorBoardShowsLeavesAndSettings() throws {
            try withSmallRun { run in
                let arguments = run.arguments("run") + ["--quiet", "--tensorboard"]
                let first = try Execution(arguments, in: run.directory)
                #expect(first.wait { run.log("run").count > 4 })
                first.signal(SIGTERM)
                let stopped = try first.wait()
                #expect(stopped.status == 75 || stopped.status == 0, "\(stopped.errors)")
                if stopped.status == 75 {
                    let resumed = try Program.run(arguments + ["--resume"], in: run.directory)
                    #expect(resumed.status == 0, "\(resumed.errors)")
                }
                let output = try PythonDocument.run(
                    """
                    import io, json
                    from PIL import Image
                    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
                    from tensorboard.plugins.hparams import plugin_data_pb2
                    events = EventAccumulator("run", size_guidance={"images": 0})
                    events.Reload()
                    epochs = [json.loads(line) for line in open("run/metrics.jsonl")]
                    ends = [i for i, e in enumerate(epochs) if i + 1 == len(epochs) or epochs[i + 1]["phase_index"] != e["phase_index"]]
                    shown = {}
                    for tag in events.Tags()["images"]:
                        for image in events.Images(tag):
                            assert Image.open(io.BytesIO(image.encoded_image_string)).size == (28, 28)
                            shown.setdefault(image.step, set()).add(tag)
                    print(sorted(shown) == ends, all(len(shown[i]) >= 2 for i in ends))
                    print(len(shown[ends[0]]), all(tag.startswith("generated/leaf ") for tag in shown[ends[0]]))
                    print(len(events.Scalars("loss")) == len(epochs))
                    contents = events.PluginTagToContent("hparams")["_hparams_/session_start_info"]
                    values = plugin_data_pb2.HParamsPluginData.FromString(contents).session_start_info.hparams
                    print(values["training.batch_size"].number_value > 0, values["model.kind"].string_value, len(values) > 50)
                    """, in: run.directory)
                #expect(output == "True True\n2 True\nTrue\nTrue tree True\n")
            }
        }

        @Test func theShellIsServed() throws {
            try withTemporaryDirectory { directory in
                let manual = try Program.run(["manual"], in: directory)
                #expect(manual.status == 0 && manual.output.hasPrefix(".TH TREEVAE\\-DIST 1\n"))
                for text in [
                    ".SS treevae\\-dist assign", ".B \\-\\-checkpoint <file>",
                    ".SS treevae\\-dist bench step",
                ] {
                    #expect(manual.output.contains(text), "\(text)")
                }
                for shell in ["bash", "zsh", "fish"] {
                    let script = try Program.run(["--generate-completion-script", shell], in: directory)
                    #expect(script.status == 0 && script.output.contains("assign"), "\(shell)")
                }
                for wrong in [["train", "--quiet", "--verbose"], ["inspect", "--watch", "x", "--json"]] {
                    #expect(try Program.run(wrong, in: directory).status == 64)
                }
            }
        }

        @Test func aPausedRankSaysWhereToAttach() throws {
            try withSmallRun { run in
                let wrong = try Program.run(run.arguments("run") + ["--pause-rank", "1"], in: run.directory)
                #expect(wrong.status == 1 && wrong.errors.contains("--pause-rank 1"))
                let execution = try Execution(
                    run.arguments("run") + ["--pause-rank", "0"], in: run.directory)
                #expect(execution.wait { execution.errors.contains("waits for a debugger") })
                #expect(execution.errors.contains("rank 0 is process \(execution.ranks[0])"))
                execution.signal(SIGKILL)
                #expect(try execution.wait().status == 128 + SIGKILL)
            }
        }
    }

    @Suite(.needs(.mpirun)) struct ManyRanksTests {
        @Test(arguments: [("double", [1, 2, 4], 1e-6), ("float", [2], 1e-3)])
        func anyNumberOfRanksGivesTheSame(_ precision: String, _ ranks: [Int], _ tolerance: Double) throws {
            try withSmallRun(["precision=\(precision)"]) { run in
                #expect(try run.run("alone").status == 0)
                let expected = run.losses("alone")
                #expect(expected.count == SmallRun.phases.count)
                for ranks in ranks {
                    let outcome = try run.run("run-\(ranks)", ranks: ranks)
                    #expect(outcome.status == 0, "\(outcome.errors)")
                    for (loss, wanted) in zip(run.losses("run-\(ranks)"), expected) {
                        #expect(abs(loss - wanted) <= tolerance * wanted, "\(ranks) ranks")
                    }
                    let log = run.log("run-\(ranks)")
                    #expect(log.compactMap { $0["phase"] as? String } == SmallRun.phases)
                    #expect(
                        log.compactMap { $0["leaves"] as? Int }
                            == run.log("alone").compactMap { $0["leaves"] as? Int })
                    try run.expectTidy("run-\(ranks)")
                }
                #expect(
                    try storedTensors(run.directory + "/run-2/model.h5").keys
                        == storedTensors(run.directory + "/alone/model.h5").keys)
            }
        }
    }
}
