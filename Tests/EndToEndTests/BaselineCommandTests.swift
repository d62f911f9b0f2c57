import Foundation
import Store
import Testing
import TestSupport

extension EndToEndTests {
    /// cluster ward and reproduce, as their users call them.
    @Suite struct BaselineCommandTests {
        @discardableResult
        private func succeed(_ line: String, ranks: Int? = nil, in directory: String) throws -> String {
            let outcome = try Program.run(
                line.split(separator: " ").map(String.init), ranks: ranks, in: directory)
            #expect(outcome.status == 0, "\(line): \(outcome.errors)")
            return outcome.output
        }

        private func json(_ text: String) throws -> [String: Any] {
            try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        }

        @Test(.needs(.mpirun)) func dendrogramsDoNotDependOnTheRanks() throws {
            try withTrainedRun { run in
                let out = "--out NAME.npy --out NAME.h5 --out NAME.nwk --out NAME.csv"
                let subjects = ["", " --checkpoint run/model.h5 --node 1 --latent sample"]
                for (index, subject) in subjects.enumerated() {
                    let line = "cluster ward --data data --clusters 2,4 --json\(subject) "
                    for ranks in [nil, 2] {
                        let name = "\(index)-\(ranks ?? 1)"
                        let report = try json(
                            succeed(
                                line + out.replacing("NAME", with: name), ranks: ranks, in: run.directory))
                        let cuts = try #require(report["cuts"] as? [[String: Any]])
                        #expect(cuts.map { $0["clusters"] as? Int } == [2, 4])
                        for metric in ["dp", "lp", "acc", "nmi", "ari"] {
                            #expect(cuts.allSatisfy { $0[metric] is Double }, "\(metric)")
                        }
                    }
                    for format in ["npy", "h5", "nwk", "csv"] {
                        let (one, two) = try (
                            bytes(of: "\(run.directory)/\(index)-1.\(format)"),
                            bytes(of: "\(run.directory)/\(index)-2.\(format)")
                        )
                        #expect(one == two, "\(subject), \(format)")
                    }
                }
                // The tree over flat clusters is scored as score does it.
                let table = try succeed("cluster ward --data data --clusters 3", in: run.directory)
                #expect(table.contains("clusters") && table.split(separator: "\n").count == 3)
            }
        }

        @Test func whatIsWrongIsSaid() throws {
            try withTrainedRun { run in
                for (line, status, words) in [
                    ("cluster ward --data data --clusters 0", 64, "write numbers from 1 on"),
                    ("cluster ward --data data --out tree.txt", 64, "must end in .npy"),
                    ("cluster ward --data data --node 1", 64, "about a model"),
                    ("cluster ward --data data --clusters 100000", 1, "samples"),
                    ("cluster ward --data nowhere", 1, "there is no such data directory"),
                    ("cluster ward --data data --checkpoint run/model.h5 --node 99", 1, "has no node 99"),
                    ("reproduce table1 --out t --methods vae", 1, "table1 has agg"),
                    ("reproduce table2 --out t --methods none", 64, "'none' is none of"),
                    ("reproduce table1 --out t --datasets mnist --data nowhere", 1, "--downloads"),
                ] as [(String, Int32, String)] {
                    let outcome = try Program.run(
                        line.split(separator: " ").map(String.init), in: run.directory)
                    #expect(outcome.status == status && outcome.errors.contains(words), "\(outcome.errors)")
                }
            }
        }
    }
}
