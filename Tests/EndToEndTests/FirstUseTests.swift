import Foundation
import Testing
import TestSupport

extension EndToEndTests {
    /// What a new user does, and gets wrong.
    @Suite struct FirstUseTests {
        private func run(_ run: SmallRun, _ arguments: String...) throws -> Execution.Outcome {
            try Program.run(arguments, in: run.directory)
        }

        @Test func trainingEndsWithThePathOfAPage() throws {
            try withTrainedRun { run in
                let outcome = try run.run("again", reports: true)
                #expect(outcome.output.hasSuffix("report      again/report.html\n"))
                #expect(
                    try String(contentsOfFile: run.directory + "/again/report.html", encoding: .utf8)
                        .contains("ELBO"))
                let without = try Program.run(run.arguments("bare") + ["--no-report"], in: run.directory)
                #expect(without.status == 0 && !without.output.contains("report"))
                #expect(!FileManager.default.fileExists(atPath: run.directory + "/bare/report.html"))
            }
        }

        @Test func dataAreFoundWhereTheyLay() throws {
            try withTrainedRun { run in
                #expect(try run.run("again").status == 0)
                let named = try self.run(run, "eval", "--checkpoint", "again/model.h5", "--data", "data")
                let found = try self.run(run, "eval", "--checkpoint", "again")
                #expect(found.status == 0 && found.output == named.output)
                #expect(found.errors.contains("\(run.directory)/data"))
                // Of a checkpoint, too, and beside a run that has not finished.
                try FileManager.default.removeItem(atPath: run.directory + "/again/model.h5")
                #expect(try self.run(run, "eval", "--checkpoint", "again").output == named.output)
                #expect(try self.run(run, "inspect", "again").status == 0)
                try FileManager.default.moveItem(
                    atPath: run.directory + "/data", toPath: run.directory + "/moved")
                let lost = try self.run(run, "eval", "--checkpoint", "again")
                #expect(
                    lost.status == 1 && lost.errors.contains("not there any more")
                        && lost.errors.contains("--data"))
                try FileManager.default.removeItem(atPath: run.directory + "/again/data.txt")
                let unknown = try self.run(run, "eval", "--checkpoint", "again")
                #expect(unknown.status == 1 && unknown.errors.contains("--data"))
                let empty = try self.run(run, "eval", "--checkpoint", "moved", "--data", "moved")
                #expect(empty.status == 1 && empty.errors.contains("without model.h5"))
            }
        }

        @Test func strokesNeedNoData() throws {
            try withTemporaryDirectory { directory in
                let short = [
                    "data.limit=300", "growth.max_leaves=2", "training.epochs.initial=1",
                    "training.epochs.finetune=1",
                ]
                let trained = try Program.run(["train", "--out", "run"] + short, in: directory)
                #expect(trained.status == 0, "\(trained.errors)")
                let report = try Program.run(
                    ["report", "--checkpoint", "run", "--out", "page.html"], in: directory)
                #expect(report.status == 0, "\(report.errors)")
            }
        }

        @Test func aShardStandsForItsDirectory() throws {
            try withTrainedRun { run in
                let shard =
                    "data/"
                    + (try FileManager.default.contentsOfDirectory(atPath: run.directory + "/data").first {
                        $0.hasPrefix("test")
                    } ?? "")
                let outcome = try self.run(run, "eval", "--checkpoint", "run", "--data", shard)
                #expect(outcome.status == 0, "\(outcome.errors)")
            }
        }

        /// The page's ELBO and its parts are those that `eval` prints, to the last digit.
        @Test func thePageSaysWhatEvalSays() throws {
            try withTrainedRun { run in
                let arguments = ["--checkpoint", "run", "--data", "data", "--log-likelihood", "3"]
                let evaluated = try Program.run(["eval"] + arguments, in: run.directory)
                let reported = try Program.run(
                    ["report"] + arguments + ["--out", "page.html"], in: run.directory)
                #expect(evaluated.status == 0 && reported.status == 0, "\(reported.errors)")
                let page = try String(contentsOfFile: run.directory + "/page.html", encoding: .utf8)
                let names = [
                    ("ELBO", "elbo"), ("reconstruction loss", "rec"), ("KL of the root", "kl-root"),
                    ("KL of the nodes", "kl-nodes"), ("KL of the decisions", "kl-decisions"),
                    ("log-likelihood, as published", "ll-paper"), ("log-likelihood, bound", "ll"),
                ]
                for (name, key) in names {
                    let line = try #require(
                        evaluated.output.split(separator: "\n").first { $0.hasPrefix(name + "  ") })
                    let value = try #require(line.split(separator: " ").last)
                    let tile = try #require(page.range(of: "href=\"#about-\(key)\""))
                    #expect(
                        page[tile.upperBound...].prefix { $0 != "\n" }.contains("<dd>\(value)</dd>"),
                        "\(name)")
                }
                // The page that the run left says the same.
                let left = try String(contentsOfFile: run.directory + "/run/report.html", encoding: .utf8)
                let elbo = try #require(evaluated.output.firstMatch(of: /ELBO +(-?[\d.]+)/)?.output.1)
                #expect(left.contains("<dd>\(elbo)</dd>"))
            }
        }

        @Test func runsAreCompared() throws {
            try withTrainedRun { run in
                #expect(try Program.run(run.arguments("other") + ["seed=9"], in: run.directory).status == 0)
                let outcome = try self.run(
                    run, "report", "--compare", "run", "other", "--data", "data", "--out", "compare.html")
                #expect(outcome.status == 0, "\(outcome.errors)")
                let page = try String(contentsOfFile: run.directory + "/compare.html", encoding: .utf8)
                #expect(page.components(separatedBy: "class=\"tree-drawing\"").count == 3)
                #expect(page.contains(">other</th>") && page.contains("±"))
                let single = try self.run(run, "report", "--compare", "run", "--out", "one.html")
                #expect(single.status == 64 && single.errors.contains("two or more"))
            }
        }

        @Test(arguments: [
            ("trian", "train"), ("reprot", "report"), ("evaluate", "eval"), ("Inspect", "inspect"),
        ])
        func aMistypedCommandIsRecognised(_ typed: String, _ meant: String) throws {
            try withTemporaryDirectory { directory in
                let outcome = try Program.run([typed], in: directory)
                #expect(outcome.status == 64)
                #expect(outcome.errors.contains("did you mean '\(meant)'?"), "\(outcome.errors)")
            }
        }

        @Test(.needs(.mpirun), .needs(.program("script"))) func aBarIsDrawnBehindMpirun() throws {
            try withTrainedRun { run in
                let forced = try Program.run(
                    run.arguments("forced") + ["--progress"], ranks: 2, in: run.directory)
                #expect(
                    forced.status == 0 && forced.errors.contains("\r") && forced.errors.contains(" left, "))
                let plain = try run.run("plain", ranks: 2)
                #expect(!plain.errors.contains("\r"))
                // A terminal of its own, with mpirun in it.
                let command =
                    "mpirun --allow-run-as-root --oversubscribe -np 2 '\(Program.path)' "
                    + run.arguments("seen").map { "'\($0)'" }.joined(separator: " ")
                let status = system(
                    "cd '\(run.directory)' && script -qec \"\(command)\" /dev/null >seen.txt 2>&1 </dev/null")
                let seen = try String(contentsOfFile: run.directory + "/seen.txt", encoding: .utf8)
                #expect(
                    status == 0 && seen.contains("\u{1B}[K") && seen.contains(" in all"),
                    "\(seen.suffix(500))")
            }
        }

        @Test func watchingBeginsWithTheLastEpochs() throws {
            try withTrainedRun { run in
                let outcome = try self.run(run, "inspect", "--watch", "run")
                #expect(outcome.status == 0)
                let lines = (outcome.output + outcome.errors).split(separator: "\n")
                #expect(lines.count { $0.contains(" leaves  loss ") } == 10)
                #expect(lines.contains { $0.contains("5 epochs before these are in run/metrics.jsonl") })
            }
        }
    }
}
