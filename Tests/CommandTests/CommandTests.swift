import ArgumentParser
import Foundation
import Testing

@testable import treevae_dist

@Suite struct CommandTests {
    static let commands: [any ParsableCommand.Type] = [
        TreeVAEDist.self, TrainCommand.self, PrepareCommand.self, EvalCommand.self, InspectCommand.self,
        ScoreCommand.self, GradcheckCommand.self, BenchCommand.self, BenchStepCommand.self,
        BenchKernelsCommand.self,
        BenchAllreduceCommand.self, BenchGrowthCommand.self, BenchAssignCommand.self,
        BenchScalingCommand.self,
    ]

    @Test(arguments: commands.indices) func helpShowsExamples(_ index: Int) {
        let help = TreeVAEDist.helpMessage(for: Self.commands[index], columns: 200)
        #expect(help.contains("EXAMPLES:\n"), "\(Self.commands[index])")
    }

    @Test func theContractOfTheCommandLineParses() throws {
        let lines: [(String, any ParsableCommand.Type)] = [
            ("", TrainCommand.self),
            ("train --config a.yml --data d --out o --resume seed=1 growth.max_leaves=4", TrainCommand.self),
            ("prepare mnist --from d --out o --shards 2", PrepareCommand.self),
            ("eval --checkpoint m.h5 --data d --json", EvalCommand.self),
            ("eval --checkpoint m.h5 --data d --split train", EvalCommand.self),
            ("eval --checkpoint m.h5 --data d --log-likelihood 1000", EvalCommand.self),
            ("inspect m.h5 --json", InspectCommand.self),
            ("inspect m.h5 --config", InspectCommand.self),
            ("score --tree t.nwk --assignments a.csv --labels l.csv --json", ScoreCommand.self),
            ("gradcheck --json", GradcheckCommand.self),
            (
                "bench step --config a.yml --leaves 4 --batch 64 --precision double --json",
                BenchStepCommand.self
            ),
            ("bench step --seconds 0.5 --export step.h5 --json", BenchStepCommand.self),
            ("bench growth --config a.yml --leaves 4 --batch 64 --seconds 1 --json", BenchGrowthCommand.self),
            ("bench assign --config a.yml --leaves 4 --batch 64 --seconds 1 --json", BenchAssignCommand.self),
            ("bench scaling --config a.yml --leaves 4 --batch 64 --json", BenchScalingCommand.self),
            ("bench kernels --batch 64 --json", BenchKernelsCommand.self),
            ("bench allreduce --config a.yml --leaves 4 --json", BenchAllreduceCommand.self),
        ]
        for (line, command) in lines {
            let parsed = try TreeVAEDist.parseAsRoot(line.split(separator: " ").map(String.init))
            #expect(type(of: parsed) == command, "\(line)")
        }
    }

    @Test(arguments: [
        "inspect m.h5 --json --config", "bench kernels --batch 100", "eval --checkpoint m.h5",
        "eval --data d",
        "eval --checkpoint m.h5 --data d --split valid", "eval --checkpoint m.h5 --data d --log-likelihood 0",
        "bench step --precision half",
        "bench assign --seconds=-1",
    ]) func refuses(_ line: String) {
        #expect(throws: (any Error).self) {
            _ = try TreeVAEDist.parseAsRoot(line.split(separator: " ").map(String.init))
        }
    }

    @Test func tablesAlign() {
        var table = TextTable([.left, .right, .left])
        table.append(["kernel", "µs", ""])
        table.append(["add", "10.5", "GB/s"])
        #expect(table.text == "kernel    µs\nadd     10.5  GB/s")
        #expect(TextTable([.left]).text == "")
    }

    @Test func jsonIsOneLineWithSortedKeys() throws {
        #expect(try ["b": "x/y", "a": "1"].json() == #"{"a":"1","b":"x/y"}"#)
        #expect(throws: (any Error).self) { _ = try ["a": Double.nan].json() }
    }
}
