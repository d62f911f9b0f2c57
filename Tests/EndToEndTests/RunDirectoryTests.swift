import Datasets
import Files
import Foundation
import TestSupport
import Testing

extension EndToEndTests {
    /// Whose a run's directory is, and that all ranks of a run want the same.
    @Suite struct RunDirectoryTests {
        private static let slow = ["training.batch_size=4", "training.epochs.initial=2000"]

        @Test func aSecondRunInTheDirectoryIsRefused() throws {
            try withSmallRun(Self.slow) { run in
                let first = try run.start("run")
                #expect(first.wait { run.log("run").count >= 2 })
                for second in [
                    run.arguments("run"), run.arguments("run", resumes: true),
                    run.arguments("run") + ["--force"],
                ] {
                    let outcome = try Program.run(second, in: run.directory)
                    #expect(outcome.status == 1 && outcome.messages.count == 1, "\(outcome.errors)")
                    #expect(
                        outcome.errors.contains("run is in use: process ")
                            || outcome.errors.contains("holds a run"),
                        "\(outcome.errors)")
                }
                first.signal(SIGKILL)
                _ = try first.wait()
                let resumed = try run.start("run", resumes: true)
                #expect(resumed.wait { resumed.errors.contains("had the directory and is gone") })
                resumed.signalLauncher(SIGTERM)
                #expect(try resumed.wait().status == 75)
                #expect(!FileManager.default.fileExists(atPath: run.directory + "/run/run.lock"))
            }
        }

        @Test func aFinishedModelIsReplacedByForceAlone() throws {
            try withSmallRun(["growth.max_leaves=2"]) { run in
                #expect(try run.run("run").status == 0)
                let model = run.directory + "/run/model.h5"
                let before = try bytes(of: model)
                Directory.remove(run.directory + "/run/checkpoints")
                for resumes in [false, true] {
                    #expect(try run.run("run", resumes: resumes).status == 1)
                    #expect(try bytes(of: model) == before)
                }
                let outcome = try Program.run(
                    run.arguments("run") + ["--force", "seed=5"], in: run.directory)
                #expect(outcome.status == 0, "\(outcome.errors)")
                #expect(try bytes(of: model) != before)
                try run.expectTidy("run")
            }
        }

        /// Rank 1 is started with one word more.
        @Test(
            .needs(.mpirun),
            arguments: [
                ["seed=7"], ["optimizer.learning_rate=0.5"], ["--dry-run"], ["training.epochs.initial=1"],
                ["model.latent=[2,2,2,2]"],
            ])
        func ranksThatWereStartedOtherwiseAreNamed(words: [String]) throws {
            try withSmallRun { run in
                let arguments = run.arguments("run")
                let outcome = try Program.run(
                    arguments + [":", "-np", "1", Program.path] + arguments + words, ranks: 1,
                    in: run.directory)
                #expect(outcome.status != 0 && outcome.messages.count == 1, "\(outcome.errors)")
                #expect(outcome.errors.contains("rank 1 on ") && outcome.errors.contains(words[0]))
                #expect(!Directory.exists(run.directory + "/run"))
            }
        }

        /// The words are the same, but not the program that reads them.
        @Test(.needs(.mpirun)) func aRankOfAnotherProgramIsNamed() throws {
            try withSmallRun { run in
                // What follows the last section of a program is not loaded, but is part of its digest.
                let other = run.directory + "/other"
                try copyFile(Program.path, to: other)
                let file = try FileHandle(forUpdating: URL(fileURLWithPath: other))
                try file.seekToEnd()
                try file.write(contentsOf: Data("another.".utf8))
                try file.close()
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: other)
                let arguments = run.arguments("run")
                let outcome = try Program.run(
                    arguments + [":", "-np", "1", other] + arguments, ranks: 1, in: run.directory)
                #expect(outcome.status != 0 && outcome.messages.count == 1, "\(outcome.errors)")
                #expect(
                    outcome.errors.contains("rank 1 on ")
                        && outcome.errors.contains("program with the digest"))
                #expect(!Directory.exists(run.directory + "/run"))
            }
        }

        /// The words are the same, but not what they lead to.
        @Test(.needs(.mpirun)) func ranksWithOtherDataAreNamed() throws {
            try withSmallRun { run in
                let other = run.directory + "/elsewhere"
                try Pictures.write(to: other + "/data", name: "others")
                let arguments = run.arguments("run")
                let outcome = try Program.run(
                    arguments + [":", "-np", "1", "--wdir", other, Program.path] + arguments, ranks: 1,
                    in: run.directory)
                #expect(outcome.status == 1 && outcome.messages.count == 1, "\(outcome.errors)")
                #expect(
                    outcome.errors.contains("rank 1 on ") && outcome.errors.contains("it has 'data others, "))
                #expect(!Directory.exists(run.directory + "/run") && !Directory.exists(other + "/run"))
            }
        }

        /// The values count, not the files that they are in.
        @Test(.needs(.mpirun)) func aRunGoesOnWithItsOwnData() throws {
            try withSmallRun(["growth.max_leaves=2"]) { run in
                #expect(try run.run("run").status == 0)
                let train = Pictures.images(300, key: 1, labelled: true, floats: false)
                let test = Pictures.images(90, key: 2, labelled: true, floats: false)
                let others = Pictures.images(300, key: 3, labelled: true, floats: false)
                try ShardWriter.write(train: train, test: test, to: run.directory + "/moved", shards: 3)
                try ShardWriter.write(train: others, test: test, to: run.directory + "/others", shards: 2)
                for overrides in [[], ["data.memory_budget=0"]] {
                    for ranks in [nil, 2] {
                        let outcome = try Program.run(
                            run.arguments("run", resumes: true, data: "moved") + overrides, ranks: ranks,
                            in: run.directory)
                        #expect(outcome.status == 0, "\(outcome.errors)")
                    }
                    let outcome = try Program.run(
                        run.arguments("run", resumes: true, data: "others") + overrides, in: run.directory)
                    #expect(outcome.status == 1 && outcome.messages.count == 1, "\(outcome.errors)")
                    #expect(
                        outcome.errors.contains(
                            "was trained with other values: the training samples of pictures"))
                    #expect(outcome.errors.matches(of: /[0-9a-f]{32}/).count == 2)
                }
            }
        }

        /// Each finds a directory of its own, also where several look at the same time.
        @Test func runsWithoutAnOutputDirectoryDoNotCollide() throws {
            try withTemporaryDirectory { directory in
                let overrides =
                    SmallRun.schedule + [
                        "data.limit=200", "growth.max_leaves=2", "training.epochs.finetune=1",
                    ]
                let runs = try (0..<3).map { _ in try Execution(overrides, in: directory) }
                for run in runs {
                    let outcome = try run.wait()
                    #expect(outcome.status == 0, "\(outcome.errors)")
                }
                for name in ["strokes", "strokes-2", "strokes-3"] {
                    #expect(Directory.hasFile("\(directory)/runs/\(name)/model.h5"))
                }
            }
        }

        /// Open MPI would hang as it starts.
        @Test(.needs(.mpirun), .needs(.mounts))
        func aHostWithTooLittleSharedMemoryIsTold() throws {
            try withTemporaryDirectory { directory in
                let root = getuid() == 0 ? "--allow-run-as-root" : ""
                let start =
                    "timeout -k 2 30 mpirun -np 2 --oversubscribe \(root) '\(Program.path)' train --out run"
                let status = system(
                    "cd '\(directory)' && unshare -m sh -c \"mount -t tmpfs -o size=4k tmpfs /dev/shm && \(start)\" 2> errors"
                )
                let errors = String(decoding: try bytes(of: directory + "/errors"), as: UTF8.self)
                let message = "Error: /dev/shm has 4 KiB free, the ranks on this host need 4096 KiB"
                #expect(status != 0 && status >> 8 != 124)
                #expect(errors.components(separatedBy: message).count == 2, "\(errors)")
                #expect(!Directory.exists(directory + "/run"))
            }
        }
    }
}
