import Files
import Foundation
import Store
import TestSupport
import Testing

extension Need {
    /// Small files that once came out wrong, beside a clone.
    fileprivate static let sharedCases = Need(
        "../shared/cases", .circumstance, isMet: Directory.exists(Repository.root + "/../shared/cases"))
}

extension EndToEndTests {
    /// Files as users have them, that once came out wrong or were refused without a reason.
    @Suite(.needs(.sharedCases)) struct SharedCaseTests {
        private static let cases = Repository.root + "/../shared/cases"

        /// What a case is to give.
        private enum Result {
            /// So many samples of training and test together, and these words in the output or the notices.
            case samples(Int, [String])
            /// An error with these words.
            case refusal([String])
        }

        private static let prepared: [(line: String, result: Result)] = [
            ("npy --from 02-bool-npy/bool.npy", .samples(40, ["all values are 0 or 1"])),
            ("csv --from 03-index-column/pandas.csv --label k", .refusal(["numbers the rows", "--id ''"])),
            (
                "csv --from 04-missing-labels/labels.csv --label k",
                .refusal(["line 4", "the label is missing"])
            ),
            ("hdf5 --from 05-link-cycle/cycle.h5 --dataset entry/x", .samples(40, [])),
            ("hdf5 --from 05-link-cycle/cycle.h5", .refusal(["--dataset"])),
            ("h5ad --from 06-nullable-string-index/cells.h5ad --label kind", .samples(40, [])),
            ("h5ad --from 07-csc/cells.h5ad --label kind", .samples(40, ["12"])),
            ("h5ad --from 08-raw/cells.h5ad --layer raw --label kind", .samples(40, ["12"])),
            ("h5ad --from 09-lzf/cells.h5ad", .refusal(["required filter 'lzf'", "gzip"])),
            ("h5ad --from 10-no-x/cells.h5ad", .refusal(["it has no X", "--layer: counts"])),
            ("h5ad --from 11-old-categories/cells.h5ad --label kind", .samples(40, ["  B", "  T"])),
            ("hdf5 --from 12-dangling-link/data.h5 --dataset x", .samples(40, [])),
            ("csv --from 13-semicolon/quoted.csv --label quality", .samples(30, [])),
            ("csv --from 13-semicolon/comma.csv --label quality", .samples(30, [])),
            ("images --from 16-jpeg-stray-bytes/pictures --test-fraction 0", .samples(2, [])),
            ("csv --from 17-spreadsheets/comment.csv --label k", .samples(30, [])),
            ("csv --from 17-spreadsheets/sep.csv --label k", .samples(30, [])),
            ("csv --from 17-spreadsheets/cr.csv --label k", .samples(30, [])),
            ("csv --from 17-spreadsheets/empty-rows.csv --label k", .samples(30, [])),
            ("csv --from 17-spreadsheets/tab-padded.csv --label k", .samples(30, [])),
            ("csv --from 17-spreadsheets/table.csv.zip --label k", .refusal(["it is a zip archive"])),
            ("csv --from 18-missing-spellings/excel.csv --label k --impute mean", .samples(30, [])),
            ("csv --from 18-missing-spellings/pandas.csv --label k --impute mean", .samples(30, [])),
            ("csv --from 18-missing-spellings/div.csv --label k --impute mean", .samples(30, [])),
            ("csv --from 19-other-columns/mixed.csv --label k --drop flag,colour", .samples(30, [])),
            ("csv --from 19-other-columns/mixed.csv --label k --one-hot colour", .samples(30, ["of 4"])),
            ("images --from 20-folder/thumbs", .samples(6, [])),
            ("images --from 20-folder/cmyk", .samples(3, ["3x"])),
            ("images --from 20-folder/splits", .samples(24, ["cat", "dog", "splits"])),
            ("mnist --from 21-idx-letters", .samples(78, ["  26"])),
            ("npy --from 22-flat-pictures/x.npy --shape 1x28x28", .samples(40, ["1x28x28"])),
            ("npy --from 23-npy-float16/half.npy", .samples(40, [])),
            ("csv --from 24-float32/times.csv", .samples(40, ["column 'time'", "lost in 32 bits"])),
        ]

        @Test(arguments: prepared.indices) func filesAreTakenOrRefused(index: Int) throws {
            let (line, result) = Self.prepared[index]
            try withTemporaryDirectory { directory in
                let words = line.split(separator: " ").map { word in
                    word.first!.isNumber && word.contains("-") ? "\(Self.cases)/\(word)" : String(word)
                }
                let outcome = try Program.run(["prepare"] + words + ["--out", "out"], in: directory)
                switch result {
                case .samples(let count, let words):
                    #expect(outcome.status == 0, "\(line): \(outcome.errors)")
                    let counts = outcome.output.split(separator: "\n").compactMap { line -> Int? in
                        let parts = line.split(separator: " ")
                        guard parts.count > 1, ["train:", "test:"].contains(String(parts[0])) else {
                            return nil
                        }
                        return Int(parts[1])
                    }
                    #expect(counts.reduce(0, +) == count, "\(line): \(outcome.output)")
                    for word in words {
                        #expect((outcome.output + outcome.errors).contains(word), "\(word) of \(line)")
                    }
                case .refusal(let words):
                    #expect(outcome.status == 1 && outcome.messages.count == 1, "\(line): \(outcome.errors)")
                    for word in words {
                        #expect(outcome.errors.contains(word), "\(word) in \(outcome.errors)")
                    }
                    #expect(!Directory.exists(directory + "/out"))
                }
            }
        }

        /// Crafted files end every command that reads them with one message, in time.
        @Test func craftedFilesAreRefused() throws {
            try withTrainedRun { run in
                let fuzz = Self.cases + "/fuzz"
                var lines: [[String]] = []
                for name in ["ck-layers", "ck-shape-neg", "ck-short", "cycle"] {
                    let file = "\(fuzz)/\(name).h5"
                    let model = ["--checkpoint", file]
                    lines += [
                        ["inspect", file], ["inspect", file, "--json"],
                        ["export"] + model + ["--format", "newick"],
                        ["export"] + model + ["--format", "safetensors", "--out", "w"],
                        ["sample"] + model + ["--out", "s.h5"],
                        ["prepare", "h5ad", "--from", file, "--out", "p"],
                        ["prepare", "hdf5", "--from", file, "--dataset", "entry/y", "--out", "p"],
                    ]
                    for command in [["eval"], ["assign", "--out", "a.csv"], ["report", "--out", "r.html"]] {
                        lines.append(command + model + ["--data", "data"])
                    }
                }
                for name in ["bomb", "latent", "layers"] {
                    let file = ["--config", "\(fuzz)/\(name).yml"]
                    lines.append(["train", "--dry-run", "--data", "data"] + file)
                    lines.append(["train", "--data", "data", "--out", "new"] + file)
                    lines.append(
                        ["import", "--from", "run/model.h5", "--parents", "0,0", "--out", "m.h5"] + file)
                }
                lines.append(["inspect", "--watch", fuzz + "/watch"])
                for kind in ["20newsgroups", "cifar-10", "omniglot", "celeba"] {
                    lines.append(["prepare", kind, "--from", fuzz + "/realsize.tar.gz", "--out", "p"])
                }
                let before = try Directory.list(run.directory).filter { !$0.hasPrefix(".") }
                for line in lines {
                    let outcome = try Program.run(line, in: run.directory, seconds: 20)
                    #expect(
                        outcome.status == 1 && outcome.messages.count == 1,
                        "\(line): \(outcome.errors.suffix(500))")
                    #expect(outcome.errors.utf8.count < 4000, "\(line)")
                }
                #expect(try Directory.list(run.directory).filter { !$0.hasPrefix(".") } == before)
            }
        }

        @Test func pixelsAreAsStoredAndBlended() throws {
            try withTemporaryDirectory { directory in
                for (name, expected) in [
                    ("alpha", (0..<64).map { 255 - 4 * $0 }), ("gamma", (0..<64).map { 4 * $0 }),
                ] {
                    let outcome = try Program.run(
                        [
                            "prepare", "images", "--from", "\(Self.cases)/15-transparency-gamma/\(name)",
                            "--out",
                            name, "--shards", "1", "--test-fraction", "0",
                        ], in: directory)
                    #expect(outcome.status == 0, "\(outcome.errors)")
                    let pixels = try HDF5File.open("\(directory)/\(name)/train-00000-of-00001.h5").root
                        .dataset("x").read(as: UInt8.self)
                    #expect(pixels.prefix(64).map(Int.init) == expected)
                }
            }
        }

        @Test(arguments: [
            ("14-newick-bom/tree.nwk", "14-newick-bom", ""), ("25-trees/double.nwk", "25-trees", ""),
            ("25-trees/nexus.nwk", "25-trees", "this is a NEXUS file"),
            ("04-missing-labels/tree.nwk", "04-missing-labels", "is missing"),
        ])
        func treesAreTakenOrRefused(tree: String, directory: String, problem: String) throws {
            try withTemporaryDirectory { scratch in
                let outcome = try Program.run(
                    [
                        "score", "--tree", "\(Self.cases)/\(tree)", "--assignments",
                        "\(Self.cases)/\(directory)/leaves.csv", "--labels",
                        "\(Self.cases)/\(directory)/truth.csv",
                    ], in: scratch)
                #expect(outcome.status == (problem.isEmpty ? 0 : 1), "\(outcome.errors)")
                #expect(problem.isEmpty || outcome.errors.contains(problem), "\(outcome.errors)")
            }
        }
    }
}
