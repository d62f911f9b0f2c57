import Datasets
import Foundation
import Store
import Testing
import TestSupport

extension EndToEndTests {
    /// A model and the columns of other data.
    @Suite struct ColumnTests {
        /// A table of two groups in four columns, in an order of columns; the same for every order.
        private static func table(_ order: [Int], names: [String] = ["a", "b", "c", "d"]) -> String {
            var text = "id," + order.map { names[$0] }.joined(separator: ",") + "\n"
            for row in 0..<120 {
                let group = row % 2 == 0 ? 1.0 : -1.0
                let values = (0..<4).map { column in
                    group * [3, -2, 1, 0][column] + 2 * (number(row * 4 + column, key: 9) - 0.5)
                }
                text += "s\(row)," + order.map { String(values[$0]) }.joined(separator: ",") + "\n"
            }
            return text
        }

        private static let schedule = [
            "model.layers=[16,12,12]", "model.latent=[3,3,3]", "growth.max_depth=2", "growth.max_leaves=3",
            "training.epochs.initial=20", "training.epochs.subtree=5", "training.epochs.intermediate=0",
            "training.epochs.finetune=3",
        ]

        private func run(_ line: String, in directory: String) throws -> Execution.Outcome {
            try Program.run(line.split(separator: " ").map(String.init), in: directory)
        }

        /// Shards `train`, `new` with its columns in another order, `renamed`, and `run/model.h5` of the first.
        private func withModel(_ body: (String) throws -> Void) throws {
            try withTemporaryDirectory { directory in
                let tables = [
                    "train": Self.table([0, 1, 2, 3]), "new": Self.table([3, 1, 0, 2]),
                    "renamed": Self.table([0, 1, 2, 3], names: ["a", "b", "cc", "d"]),
                ]
                for (name, text) in tables {
                    try write(Array(text.utf8), to: "\(directory)/\(name).csv")
                    let outcome = try run(
                        "prepare csv --from \(name).csv --id id --out \(name) --test-fraction 0 --shards 2",
                        in: directory)
                    #expect(outcome.status == 0, "\(outcome.errors)")
                }
                let outcome = try Program.run(
                    ["train", "--data", "train", "--out", "run"] + Self.schedule, in: directory)
                #expect(outcome.status == 0, "\(outcome.errors)")
                try body(directory)
            }
        }

        @Test func columnsInAnotherOrderGiveTheSameLeaves() throws {
            try withModel { directory in
                for name in ["train", "new"] {
                    let outcome = try run(
                        "assign --checkpoint run/model.h5 --data \(name) --split train --out \(name).leaves.csv",
                        in: directory)
                    #expect(outcome.status == 0, "\(outcome.errors)")
                    #expect(
                        outcome.errors.contains("trained on the data set 'train', this is 'new'")
                            == (name == "new"))
                }
                #expect(
                    try bytes(of: directory + "/train.leaves.csv") == bytes(of: directory + "/new.leaves.csv")
                )
            }
        }

        @Test func renamedColumnsAreRefused() throws {
            try withModel { directory in
                for command in [
                    "eval", "assign --out x.csv", "report --out x.html", "reconstruct --out x.h5",
                ] {
                    let outcome = try run(
                        "\(command) --checkpoint run/model.h5 --data renamed --split train", in: directory)
                    #expect(outcome.status == 1 && outcome.output.isEmpty && outcome.messages.count == 1)
                    #expect(outcome.errors.contains("there is no feature 'c', which the model has"))
                }
                let outcome = try run("train --resume --data renamed --out run", in: directory)
                #expect(outcome.status == 1 && outcome.errors.contains("there is no feature 'c'"))
            }
        }

        @Test func anotherScaleIsSaid() throws {
            try withModel { directory in
                #expect(
                    try run(
                        "prepare csv --from train.csv --id id --scale 0.5 --out half --test-fraction 0",
                        in: directory
                    ).status == 0)
                let outcome = try run(
                    "eval --checkpoint run/model.h5 --data half --split train", in: directory)
                #expect(outcome.status == 0)
                #expect(
                    outcome.errors.contains(
                        "was trained on inputs as stored (scale 1.0), those of train are as stored times 0.5")
                )
            }
        }

        /// A model of standardised columns takes raw ones, by the means of its own data.
        @Test func aModelStandardisesOtherData() throws {
            try withModel { directory in
                let steps = [
                    "prepare csv --from train.csv --id id --standardise --out std --test-fraction 0",
                    "assign --checkpoint std.run/model.h5 --data std --split train --out std.csv",
                    "assign --checkpoint std.run/model.h5 --data new --split train --out raw.csv",
                ]
                let prepared = try run(steps[0], in: directory)
                let trained = try Program.run(
                    ["train", "--data", "std", "--out", "std.run"] + Self.schedule, in: directory)
                #expect(prepared.status == 0 && trained.status == 0, "\(trained.errors)")
                for step in steps.dropFirst() {
                    let outcome = try run(step, in: directory)
                    #expect(outcome.status == 0, "\(outcome.errors)")
                }
                #expect(try bytes(of: directory + "/std.csv") == bytes(of: directory + "/raw.csv"))
            }
        }
    }
}
