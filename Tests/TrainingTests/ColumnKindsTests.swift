import Checkpoints
import Datasets
import Files
import RunSupport
import Store
import TestSupport
import Testing

extension TrainingTests {
    /// Trainings on tables whose columns are covariates, of several kinds, or have missing values.
    @Suite struct ColumnKindsTests {
        /// Made-up rows in memory.
        private struct Table: SampleSource {
            let schema: SampleSchema
            let rows: [[Float]]

            var division: SampleDivision {
                .given(rows.indices.map { $0 % 5 == 0 ? .test : .train })
            }

            func deliver(to sink: (SampleBlock) throws -> Void) throws {
                let labels = rows.indices.map { Int32($0 % 2) }
                try sink(
                    SampleBlock(
                        .floats(rows.flatMap(\.self)), ids: .numbers(Array(rows.indices)), labels: labels))
            }

            init(_ names: [String], covariates: Int, mayMiss: Bool, _ row: (Int) -> [Float]) {
                var schema = SampleSchema(
                    name: "table", source: "made up", shape: [names.count], element: .floats,
                    isLabelled: true)
                schema.featureNames = names
                schema.covariates = covariates
                schema.mayMiss = mayMiss
                schema.isCounts = covariates > 0
                self.schema = schema
                rows = (0..<160).map(row)
            }
        }

        /// Counts of six genes in three batches.
        private static let cells = Table(
            (0..<6).map { "gene\($0)" } + ["lab=a", "lab=b", "lab=c"], covariates: 3, mayMiss: false
        ) { row in
            let genes = (0..<6).map { gene in
                Float((row * 7 + gene * 5) % 4 + (gene % 2 == row % 2 ? 6 : 0) + (gene == row % 3 ? 3 : 0))
            }
            return genes + (0..<3).map { $0 == row % 3 ? 1 : 0 }
        }

        /// Three numbers and two truth values, every sixth missing.
        private static let mixed = Table(["a", "b", "c", "d", "e"], covariates: 0, mayMiss: true) { row in
            (0..<5).map { column in
                if (row * 5 + column) % 6 == 0 { return .nan }
                if column > 2 { return Float((row + column) % 2) }
                return Float(row % 2 == 0 ? 1 : -1) + Float((row * 11 + column * 7) % 10) / 10
            }
        }

        private static let settings: [(String, Table, [String])] = [
            (
                "cells", cells,
                ["model.likelihood=zero-inflated-negative-binomial", "model.covariates=3"]
            ),
            (
                "mixed", mixed,
                [
                    "model.likelihood=mixed", "model.binary=[3,4]", "model.may_miss=true",
                    "model.variance=0.5",
                ]
            ),
        ]

        /// Ranks that hold whole slices end with the same bits as one, and losses are numbers.
        @Test(arguments: [0, 1]) func bitsAgree(kind: Int) throws {
            let (_, table, overrides) = Self.settings[kind]
            try withTemporaryDirectory { directory in
                try ShardWriter.write(table, to: directory + "/data", plan: ShardPlan(shards: 2))
                _ = try DatasetCheck(directory + "/data")
                let run = TinyRun(
                    data: directory + "/data",
                    [
                        TinyRun.fewCheckpoints, "precision=float", "training.batch_size=64",
                        "model.family=mlp", "growth.max_leaves=3",
                    ] + overrides)
                let alone = try run.run(in: directory + "/1", ranks: 1)
                #expect(alone.history.allSatisfy { $0.loss.isFinite })
                #expect(alone.history.last!.loss < alone.history[0].loss)
                let expected = try storedTensors(directory + "/1/model.h5")
                let shared = try run.run(in: directory + "/2", ranks: 2)
                #expect(shared.tree == alone.tree)
                #expect(differences(try storedTensors(directory + "/2/model.h5"), expected) == [])
            }
        }

        @Test func whatTheConfigurationDoesNotExpectIsRefused() throws {
            try withTemporaryDirectory { directory in
                for (name, table, overrides) in Self.settings {
                    try ShardWriter.write(table, to: "\(directory)/\(name)", plan: ShardPlan(shards: 1))
                    let run = TinyRun(
                        data: "\(directory)/\(name)",
                        ["model.family=mlp", overrides[0]]
                            + overrides.filter {
                                $0.hasPrefix("model.binary")
                            })
                    let found = message { _ = try run.run(in: "\(directory)/run-\(name)", ranks: 1) }
                    let wanted = name == "cells" ? "set model.covariates to 3" : "set model.may_miss to true"
                    #expect(found.contains(wanted), "\(found)")
                }
            }
        }
    }
}
