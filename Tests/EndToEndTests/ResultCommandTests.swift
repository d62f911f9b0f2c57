import Datasets
import Files
import Foundation
import Images
import Store
import TestSupport
import Testing

extension EndToEndTests {
    /// assign, export, cut, score, sample, reconstruct: what is done with a trained model.
    @Suite struct ResultCommandTests {
        /// A trained model `run/model.h5` beside its data.
        private func withModel(_ body: (String) throws -> Void) throws {
            try withTrainedRun { try body($0.directory) }
        }

        @discardableResult
        private func succeed(_ line: String, ranks: Int? = nil, in directory: String) throws -> String {
            let outcome = try Program.run(
                line.split(separator: " ").map(String.init), ranks: ranks, in: directory)
            #expect(outcome.status == 0, "\(line): \(outcome.errors)")
            return outcome.output
        }

        private func expectFailure(
            _ line: String, ranks: Int? = nil, status: Int32 = 1, says words: [String], in directory: String
        ) throws {
            let outcome = try Program.run(
                line.split(separator: " ").map(String.init), ranks: ranks, in: directory)
            #expect(outcome.status == status && outcome.output.isEmpty, "\(line)")
            #expect(outcome.messages.count == 1, "\(outcome.errors)")
            for word in words { #expect(outcome.errors.contains(word), "\(word) in \(outcome.errors)") }
        }

        private func json(_ text: String) throws -> [String: Any] {
            try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        }

        private let model = "--checkpoint run/model.h5"
        private let subject = "--checkpoint run/model.h5 --data data"

        @Test func scoreOfExportAndAssignmentsIsThatOfEval() throws {
            try withModel { directory in
                let evaluation = try json(succeed("eval \(subject) --json", in: directory))
                try succeed("assign \(subject) --out leaves.csv", in: directory)
                try succeed("export \(model) --format newick --out tree.nwk", in: directory)
                let scores = try json(
                    succeed(
                        "score --tree tree.nwk --assignments leaves.csv --labels leaves.csv --json",
                        in: directory))
                for metric in ["dp", "lp", "acc", "nmi", "ari"] {
                    let (found, wanted) = (scores[metric] as? Double, evaluation[metric] as? Double)
                    #expect(try #require(found) == #require(wanted), "\(metric)")
                }
                #expect(scores["leaves"] as? Int == evaluation["leaves"] as? Int)
            }
        }

        @Test func allSamplesAreThoseOfBothSplits() throws {
            try withModel { directory in
                let counts = try ["train", "test", "all"].map { split in
                    try succeed("assign \(subject) --split \(split) --out \(split).csv", in: directory)
                    return try String(decoding: bytes(of: "\(directory)/\(split).csv"), as: UTF8.self).split(
                        separator: "\n"
                    ).count - 1
                }
                #expect(counts[0] > 0 && counts[1] > 0 && counts[0] + counts[1] == counts[2])
                let evaluation = try json(succeed("eval \(subject) --split all --json", in: directory))
                #expect(evaluation["samples"] as? Int == counts[2])
            }
        }

        @Test(.needs(.mpirun))
        func assignmentsDoNotDependOnTheRanks() throws {
            try withModel { directory in
                for format in ["csv", "h5", "h5ad"] {
                    let files = try [nil, 2, 3].map { ranks in
                        let out = "\(ranks ?? 1).\(format)"
                        try succeed(
                            "assign \(subject) --out \(out) --embedding --elbo --clusters 2", ranks: ranks,
                            in: directory)
                        return try bytes(of: "\(directory)/\(out)")
                    }
                    #expect(files[0] == files[1] && files[0] == files[2], "\(format)")
                }
            }
        }

        @Test func cutsJoinAssignments() throws {
            try withModel { directory in
                #expect(try succeed("export \(model) --format svg", in: directory).hasPrefix("<?xml"))
                let leaves = try succeed("cut \(model) --clusters 1", in: directory)
                #expect(
                    leaves.hasPrefix("leaf,cluster\n")
                        && leaves.split(separator: "\n").dropFirst().allSatisfy { $0.hasSuffix(",0") })
                try succeed("assign \(subject) --out leaves.csv --clusters 2", in: directory)
                try succeed(
                    "cut \(model) --clusters 2 --assignments leaves.csv --out flat.csv", in: directory)
                func columns(_ name: String, _ places: [Int]) throws -> [[Substring]] {
                    String(decoding: try bytes(of: "\(directory)/\(name)"), as: UTF8.self).split(
                        separator: "\n"
                    ).map {
                        let fields = $0.split(separator: ",")
                        return places.map { fields[$0] }
                    }
                }
                #expect(try columns("flat.csv", [0, 1, 2]) == columns("leaves.csv", [0, 1, 3]))
            }
        }

        @Test func samplesAreDrawnAsAsked() throws {
            try withModel { directory in
                for (mode, shape) in [("all-leaves", 5), ("paths", 4)] {
                    try succeed("sample \(model) --mode \(mode) --count 300 --out \(mode).h5", in: directory)
                    let root = try HDF5File.open("\(directory)/\(mode).h5").root
                    #expect(try root.dataset("x").shape.count == shape && root.dataset("x").rows == 300)
                    let leaves: [Int] = try root.attributeList("leaves")
                    let probabilities = try root.dataset("probability").read(as: Float.self)
                    for draw in 0..<300 {
                        let sum = probabilities[draw * leaves.count..<(draw + 1) * leaves.count].reduce(0, +)
                        #expect(abs(sum - 1) < 1e-5)
                    }
                    #expect(try root.dataset("x").read(as: Float.self).allSatisfy { (0...1).contains($0) })
                }
                // The leaf that a walk ends in most often has draws of its own, which are some of the walks'.
                let root = try HDF5File.open("\(directory)/paths.h5").root
                let ends = try root.dataset("leaf").read(as: Int.self)
                let leaf = try #require(
                    Dictionary(grouping: ends) { $0 }.max { $0.value.count < $1.value.count }?.key)
                try succeed(
                    "sample \(model) --mode leaf --leaf \(leaf) --count 5 --out leaf.h5", in: directory)
                let own = try HDF5File.open("\(directory)/leaf.h5").root
                #expect(try own.dataset("leaf").read(as: Int.self) == Array(repeating: leaf, count: 5))
                let first = try #require(ends.firstIndex(of: leaf))
                #expect(
                    try own.dataset("x").read(rows: 0..<1, as: Float.self)
                        == root.dataset("x").read(rows: first..<first + 1, as: Float.self))

                try succeed("sample \(model) --count 3 --plain --out sheet.png", in: directory)
                let sheet = try Image(contentsOf: directory + "/sheet.png")
                let leaves = try HDF5File.open("\(directory)/all-leaves.h5").root.attributeList(
                    "leaves", as: Int.self)
                #expect(
                    sheet.height == 3 * (3 * 29 - 1) && sheet.width == 3 * (leaves.count * 29 - 1)
                        && sheet.channels == 1)
                // Another seed draws other samples, the same seed the same.
                try succeed("sample \(model) --count 3 --plain --out same.png", in: directory)
                try succeed("sample \(model) --count 3 --plain --seed 2 --out other.png", in: directory)
                #expect(try bytes(of: directory + "/same.png") == bytes(of: directory + "/sheet.png"))
                #expect(try bytes(of: directory + "/other.png") != bytes(of: directory + "/sheet.png"))

                try succeed("sample \(model) --count 2 --out sheet.svg", in: directory)
                let captioned = String(decoding: try bytes(of: directory + "/sheet.svg"), as: UTF8.self)
                #expect(
                    leaves.allSatisfy { captioned.contains(">leaf \($0)<") } && captioned.contains(">draw 2<")
                )
                try succeed("sample \(model) --mode paths --count 2 --out paths.svg", in: directory)
                let walked = String(decoding: try bytes(of: directory + "/paths.svg"), as: UTF8.self)
                #expect(walked.contains(">leaf \(ends[0])") && walked.contains(">leaf \(ends[1])"))
            }
        }

        @Test func reconstructionsHaveTheLeavesProbabilities() throws {
            try withModel { directory in
                try succeed("assign \(subject) --out leaves.csv", in: directory)
                let table = try succeed("reconstruct \(subject) --rows 3,10-11 --out rows.h5", in: directory)
                let root = try HDF5File.open(directory + "/rows.h5").root
                #expect(try root.dataset("row").read(as: Int.self) == [3, 10, 11])
                let leaves: [Int] = try root.attributeList("leaves")
                #expect(try root.dataset("reconstruction").shape == [3, leaves.count, 1, 28, 28])
                let probabilities = try root.dataset("probability").read(as: Float.self)
                let lines = String(decoding: try bytes(of: directory + "/leaves.csv"), as: UTF8.self).split(
                    separator: "\n")
                let names = lines[0].split(separator: ",").map(String.init)
                for (index, row) in [3, 10, 11].enumerated() {
                    let fields = lines[row + 1].split(separator: ",")
                    for (place, leaf) in leaves.enumerated() {
                        let column = try #require(names.firstIndex(of: "probability_\(leaf)"))
                        #expect(Float(fields[column]) == probabilities[index * leaves.count + place])
                    }
                }
                #expect(table.split(separator: "\n").count == 4 && table.contains("leaf \(leaves[0])"))
                let shard = try HDF5File.open(directory + "/data/test-00000-of-00002.h5").root
                let original = try shard.dataset("x").read(rows: 3..<4, as: UInt8.self).map {
                    Float($0) / 255
                }
                for (a, b) in zip(try root.dataset("x").read(rows: 0..<1, as: Float.self), original) {
                    #expect(abs(a - b) < 1e-6)
                }
                try succeed("reconstruct \(subject) --rows 0-1 --plain --out rows.png", in: directory)
                let sheet = try Image(contentsOf: directory + "/rows.png")
                #expect(sheet.height == 3 * 57 && sheet.width == 3 * ((leaves.count + 1) * 29 - 1))
                try succeed("reconstruct \(subject) --rows 3,10 --out rows.svg", in: directory)
                let captioned = String(decoding: try bytes(of: directory + "/rows.svg"), as: UTF8.self)
                #expect(captioned.contains(">original<") && captioned.contains(">leaf \(leaves[0])<"))
                #expect(captioned.contains(String(format: ">%.2f<", probabilities[0])))
            }
        }

        /// Text is drawn by a program that a machine may lack: then the pictures come alone, which is said.
        @Test(.needs(.program("rsvg-convert"))) func captionsOfPNGAreDrawnWhereTheyCanBe() throws {
            try withModel { directory in
                let arguments = ["sample"] + model.split(separator: " ").map(String.init) + ["--count", "2"]
                let without = try Program.run(
                    arguments + ["--out", "without.png"], in: directory,
                    environment: ["PATH": "/nowhere"])
                #expect(
                    without.status == 0 && without.errors.contains("without captions"), "\(without.errors)")
                let plain = try Program.run(arguments + ["--plain", "--out", "plain.png"], in: directory)
                #expect(plain.errors.isEmpty)
                #expect(try bytes(of: directory + "/without.png") == bytes(of: directory + "/plain.png"))
                let with = try Program.run(arguments + ["--out", "with.png"], in: directory)
                #expect(with.errors.isEmpty, "\(with.errors)")
                let (sheet, pictures) = (
                    try Image(contentsOf: directory + "/with.png"),
                    try Image(contentsOf: directory + "/plain.png")
                )
                #expect(sheet.width > pictures.width && sheet.height > pictures.height)
            }
        }

        @Test func whatIsThereIsNotWrittenOver() throws {
            try withModel { directory in
                let commands = [
                    "assign \(subject) --out old.csv", "sample \(model) --out old.png",
                    "reconstruct \(subject) --out old.h5", "export \(model) --format dot --out old.dot",
                    "cut \(model) --clusters 2 --out old.txt",
                ]
                for command in commands {
                    let name = String(command.split(separator: " ").last!)
                    try write("old".utf8, to: "\(directory)/\(name)")
                    try expectFailure(command, says: [name, "--force"], in: directory)
                    #expect(try bytes(of: "\(directory)/\(name)") == Array("old".utf8))
                    try succeed(command + " --force", in: directory)
                    #expect(try bytes(of: "\(directory)/\(name)") != Array("old".utf8))
                }
                try expectFailure(
                    "export \(model) --format json --out data", says: ["data", "directory"], in: directory)
            }
        }

        @Test(.needs(.mpirun)) func ranksRefuseWithOneMessage() throws {
            try withModel { directory in
                try expectFailure(
                    "assign \(subject) --out none/x.h5", ranks: 2, says: ["none/x.h5"], in: directory)
                try expectFailure(
                    "sample \(model) --mode leaf --leaf 99 --out x.png", ranks: 2, says: ["no node 99"],
                    in: directory)
            }
        }

        @Test func badRequestsAreRefused() throws {
            try withModel { directory in
                let before = try Directory.list(directory).filter { !$0.hasPrefix(".") }
                let leaves = try succeed("cut \(model) --clusters 1", in: directory).split(separator: "\n")
                    .dropFirst()
                    .map { $0.prefix { $0 != "," } }.joined(separator: ", ")
                try expectFailure(
                    "sample \(model) --mode leaf --leaf 0 --out x.png", says: ["node 0 is no leaf", leaves],
                    in: directory)
                try expectFailure(
                    "sample \(model) --mode leaf --leaf 99 --out x.png", says: ["no node 99", leaves],
                    in: directory)
                try expectFailure(
                    "cut \(model) --clusters 77", says: ["--clusters 77", "1 to"], in: directory)
                try expectFailure(
                    "assign \(subject) --out x.csv --clusters 77", says: ["--clusters 77"], in: directory)
                try expectFailure(
                    "reconstruct \(subject) --rows 90 --out x.h5", says: ["--rows 90", "90 samples"],
                    in: directory)
                try expectFailure(
                    "assign --checkpoint run/none.h5 --data data --out x.csv", says: ["run/none.h5"],
                    in: directory)
                try expectFailure(
                    "assign \(subject) --out none/x.csv", says: ["none/x.csv"], in: directory)
                let table = Dataset(
                    floats: [Float](repeating: 0.5, count: 50), shape: [5], name: "table",
                    source: "made by a test")
                try ShardWriter.write(train: table, test: table, to: directory + "/table", shards: 1)
                for command in ["assign", "reconstruct"] {
                    try expectFailure(
                        "\(command) \(model) --data table --out x.h5", says: ["[1, 28, 28]", "[5]"],
                        in: directory)
                }
                #expect(
                    try Directory.list(directory).filter { !$0.hasPrefix(".") && $0 != "table" } == before)
                for usage in [
                    "assign \(subject) --out x.txt", "sample \(model) --out x.jpg",
                    "sample \(model) --leaf 3 --out x.png",
                    "sample \(model) --mode leaf --out x.png", "sample \(model) --temperature -1 --out x.png",
                    "reconstruct \(subject) --rows 3-1 --out x.png", "export \(model) --format svg2",
                    "cut \(model)",
                ] {
                    #expect(
                        try Program.run(usage.split(separator: " ").map(String.init), in: directory).status
                            == 64,
                        "\(usage)")
                }
            }
        }
    }
}
