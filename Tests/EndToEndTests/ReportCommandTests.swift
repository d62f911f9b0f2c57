import Datasets
import Foundation
import Testing
import TestSupport

extension EndToEndTests {
    /// The page of a trained model.
    @Suite struct ReportCommandTests {
        private func report(
            _ run: SmallRun, _ out: String, _ extra: [String] = [], data: String = "data", ranks: Int? = nil
        ) throws -> Execution.Outcome {
            try Program.run(
                ["report", "--checkpoint", "run/model.h5", "--data", data, "--out", out] + extra,
                ranks: ranks,
                in: run.directory)
        }

        private func text(_ run: SmallRun, _ file: String) throws -> String {
            try String(contentsOfFile: "\(run.directory)/\(file)", encoding: .utf8)
        }

        /// Identifiers of the leaves that a page's wide drawing has a row for.
        private func leaves(_ page: String) -> [String] {
            Set(page.matches(of: /class="row" data-node="(\d+)"/).map { String($0.output.1) }).sorted()
        }

        /// Those of them that samples fall into: the others have none to show.
        private func filledLeaves(_ page: String) -> [String] {
            leaves(page).filter { !page.contains("leaf \($0): 0 samples") }
        }

        @Test(.needs(.mpirun)) func thePageShowsLeavesCurvesAndMatrix() throws {
            try withTrainedRun { run in
                let outcome = try report(run, "page.html")
                #expect(outcome.status == 0, "\(outcome.errors)")
                let page = try text(run, "page.html")
                let (leaves, filled) = (leaves(page), filledLeaves(page))
                #expect((3...4).contains(leaves.count) && filled.count > 1)
                for leaf in leaves { #expect(page.contains("<image id=\"generated-\(leaf)\"")) }
                for leaf in filled { #expect(page.contains("<image id=\"data-\(leaf)\"")) }
                for section in ["tree", "confusion", "curves", "growth", "nodes", "provenance"] {
                    #expect(page.contains("<section id=\"\(section)\">"), "\(section)")
                }
                // The page that the run left is that of the same model.
                #expect(try leaves == self.leaves(text(run, "run/report.html")))

                // Any number of ranks makes the same page, but for the last digit of sums in single precision.
                #expect(try report(run, "again.html", ranks: 2).status == 0)
                func withoutSums(_ page: String) -> [Substring] {
                    page.split(separator: "\n").filter { !$0.contains("class=\"tile\"") }
                }
                #expect(try withoutSums(text(run, "again.html")) == withoutSums(page))

                let figure = try report(run, "tree.svg")
                #expect(figure.status == 0, "\(figure.errors)")
                #expect(
                    try text(run, "tree.svg").components(separatedBy: "data:image/png").count
                        == leaves.count + filled.count + 1)
            }
        }

        /// To the last digit that `eval` prints.
        @Test func theFiguresAreThoseOfEval() throws {
            try withTrainedRun { run in
                let outcome = try report(run, "page.html", ["--log-likelihood", "2"])
                #expect(outcome.status == 0, "\(outcome.errors)")
                let page = try text(run, "page.html")
                let printed = try Program.run(
                    ["eval", "--checkpoint", "run", "--data", "data", "--log-likelihood", "2"],
                    in: run.directory
                ).output
                let tiles = Dictionary(
                    uniqueKeysWithValues: page.matches(
                        of: /about-([a-z-]+)"[^>]*>[^<]*<\/a><\/dt><dd>([^<]*)</
                    )
                    .map { (String($0.1), String($0.2)) })
                for (name, key) in [
                    ("ELBO", "elbo"), ("reconstruction loss", "rec"), ("KL of the root", "kl-root"),
                    ("KL of the nodes", "kl-nodes"), ("KL of the decisions", "kl-decisions"),
                    ("log-likelihood, as published", "ll-paper"), ("log-likelihood, bound", "ll"),
                ] {
                    let line = try #require(
                        printed.split(separator: "\n").first { $0.hasPrefix(name + "  ") }, "\(printed)")
                    #expect(tiles[key] == line.split(separator: " ").last.map(String.init), "\(name)")
                }
            }
        }

        @Test func runsAreCompared() throws {
            try withTrainedRun { run in
                try FileManager.default.copyItem(
                    atPath: run.directory + "/run", toPath: run.directory + "/other")
                let outcome = try Program.run(
                    ["report", "--compare", "run", "other/model.h5", "--data", "data", "--out", "both.html"],
                    in: run.directory)
                #expect(outcome.status == 0, "\(outcome.errors)")
                let page = try text(run, "both.html")
                for part in ["figures", "trees", "curves"] {
                    #expect(page.contains("<section id=\"\(part)\">"))
                }
                #expect(page.contains("<th scope=\"col\">run</th>") && page.contains("NMI"))
            }
        }

        @Test(.needs(.browser)) func aBrowserShowsThePage() throws {
            try withTrainedRun { run in
                let page = try text(run, "run/report.html")
                let opened = try Browser.open(page, in: run.directory)
                #expect(opened.complaints == [] && opened.document.contains("data-requests=\"0\""))
                // Once in each of two drawings.
                for leaf in leaves(page) { #expect(opened.count("href=\"#generated-\(leaf)\"") == 2) }
                for leaf in filledLeaves(page) { #expect(opened.count("href=\"#data-\(leaf)\"") == 2) }
                #expect(opened.count("class=\"chart-drawing\"") == 6)
                #expect(opened.count("class=\"matrix") == 1)
            }
        }

        /// Samples that no model of 28x28 images reads.
        private var squares: Dataset {
            Dataset(
                bytes: (0..<640).map { UInt8($0 % 256) }, shape: [1, 8, 8], name: "squares",
                source: "made by a test")
        }

        @Test(.needs(.mpirun)) func whatCannotBeShownIsRefusedInAWord() throws {
            try withTrainedRun { run in
                #expect(try report(run, "page.html").status == 0)
                let page = try text(run, "page.html")
                func refusal(_ outcome: Execution.Outcome) -> String {
                    #expect(outcome.status != 0 && outcome.messages.count == 1, "\(outcome.errors)")
                    return outcome.messages.first ?? ""
                }
                #expect(try refusal(report(run, "page.html")).contains("--force"))
                #expect(try refusal(report(run, "page.html", ranks: 2)).contains("--force"))
                #expect(try report(run, "page.html", ["--force", "--split", "train"]).status == 0)
                #expect(try text(run, "page.html") != page)
                #expect(try refusal(report(run, "missing/page.html")).contains("missing"))
                try ShardWriter.write(
                    train: squares, test: squares, to: run.directory + "/small", shards: 1)
                let message = try refusal(report(run, "other.html", data: "small"))
                #expect(message.contains("[1, 28, 28]") && message.contains("[1, 8, 8]"))
                #expect(!FileManager.default.fileExists(atPath: run.directory + "/other.html"))
            }
        }

        @Test func withoutLabelsTheirSectionsAreAbsent() throws {
            try withTemporaryDirectory { directory in
                try Pictures.write(to: directory + "/data", labelled: false)
                let run = SmallRun(directory)
                #expect(try run.run("run").status == 0)
                let outcome = try report(run, "page.html")
                #expect(outcome.status == 0, "\(outcome.errors)")
                let page = try text(run, "page.html")
                #expect(!leaves(page).isEmpty)
                for absent in ["id=\"confusion\"", "<th>purity", "mostly", ">NMI<", "class=\"legend\""] {
                    #expect(!page.contains(absent), "\(absent)")
                }
            }
        }
    }
}
