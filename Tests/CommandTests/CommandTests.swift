import ArgumentParser
import Checkpoints
import CommandSupport
import Foundation
import Images
import Testing

@testable import BenchmarkCommands

@testable import ResultCommands
@testable import treevae_dist

@Suite struct CommandTests {
    static let commands: [any ParsableCommand.Type] = [
        TreeVAEDist.self, TrainCommand.self, PrepareCommand.self, EvalCommand.self, InspectCommand.self,
        ScoreCommand.self, GradcheckCommand.self, BenchCommand.self, BenchStepCommand.self,
        AssignCommand.self,
        SampleCommand.self, ReconstructCommand.self, ExportCommand.self, ImportCommand.self, CutCommand.self,
        ManualCommand.self,
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
            (
                "assign --checkpoint m.h5 --data d --split train --out a.h5ad --embedding --elbo --clusters 3 --force",
                AssignCommand.self
            ),
            ("export --checkpoint m.h5 --format newick --out t.nwk --force", ExportCommand.self),
            (
                "export --checkpoint m.h5 --format safetensors --out w.safetensors --tree t.npy",
                ExportCommand.self
            ),
            ("import --from w.safetensors --tree t.npy --config a.yml --out m.h5", ImportCommand.self),
            (
                "import --from w.safetensors --parents 0,0,1,1 --config a.yml --out m.h5 --shape 1x28x28 seed=1",
                ImportCommand.self
            ),
            ("bench step --checkpoint m.h5", BenchStepCommand.self),
            ("bench step --checkpoint m.h5 --export step.h5", BenchStepCommand.self),
            ("bench step --checkpoint m.h5", BenchStepCommand.self),
            ("cut --checkpoint m.h5 --clusters 3 --assignments a.csv --out c.csv", CutCommand.self),
            (
                "sample --checkpoint m.h5 --mode leaf --leaf 3 --count 9 --temperature 0.5 --seed 4 --out s.png",
                SampleCommand.self
            ),
            ("reconstruct --checkpoint m.h5 --data d --rows 1,4-9 --out r.h5", ReconstructCommand.self),
            ("train --data d --quiet --tensorboard", TrainCommand.self),
            ("inspect --watch o", InspectCommand.self),
            ("manual", ManualCommand.self),
            ("gradcheck --json", GradcheckCommand.self),
            (
                "bench step --config a.yml --leaves 4 --batch 64 --precision double --json",
                BenchStepCommand.self
            ),
            ("bench step --seconds 0.5 --export step.h5 --json", BenchStepCommand.self),
            ("bench growth --config a.yml --leaves 4 --batch 64 --seconds 1 --json", BenchGrowthCommand.self),
            ("bench assign --config a.yml --leaves 4 --batch 64 --seconds 1 --json", BenchAssignCommand.self),
            ("bench scaling --config a.yml --leaves 4 --batch 64 --json", BenchScalingCommand.self),
            (
                "bench scaling --predict 64 --ranks-per-host 2 --latency 20 --bandwidth 10",
                BenchScalingCommand.self
            ),
            ("bench kernels --batch 64 --json", BenchKernelsCommand.self),
            ("bench allreduce --config a.yml --leaves 4 --json", BenchAllreduceCommand.self),
        ]
        for (line, command) in lines {
            let parsed = try TreeVAEDist.parseAsRoot(line.split(separator: " ").map(String.init))
            #expect(type(of: parsed) == command, "\(line)")
        }
    }

    @Test(arguments: [
        "export --checkpoint m.h5 --format safetensors",
        "export --checkpoint m.h5 --format dot --tree t.npy",
        "import --from w.safetensors --config a.yml --out m.h5 --parents 0,0 --tree t.npy",
        "import --from w.safetensors --config a.yml --out m.h5 --shape 3by3",
        "bench step --checkpoint m.h5 --routed",
        "inspect m.h5 --json --config", "bench kernels --batch 100",
        "eval --data d",
        "eval --checkpoint m.h5 --data d --split valid", "eval --checkpoint m.h5 --data d --log-likelihood 0",
        "bench step --precision half", "bench step --checkpoint m.h5 --precision double",
        "bench scaling --predict 0",
        "bench scaling --predict 4 --latency 20",
        "bench scaling --ranks-per-host 2", "bench scaling --predict 4 --latency 20 --bandwidth 0",
        "bench assign --seconds=-1", "assign --checkpoint m.h5 --data d --out a.txt",
        "sample --checkpoint m.h5 --out s.png --count 0", "sample --checkpoint m.h5 --out s.png --mode leaf",
        "reconstruct --checkpoint m.h5 --data d --out r.png --rows 4-", "train --quiet --verbose",
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
        #expect(try ["a": Double.nan, "b": -.infinity, "c": 1].json() == #"{"a":"nan","b":"-inf","c":1}"#)
    }

    @Test func sheetsHavePicturesInRowsAndColumns() throws {
        let sheet = try PictureSheet(shape: [1, 2, 3], count: 3, columns: 2, advice: "")
        let values: [Float] = (0..<18).map { $0 < 12 ? Float($0) / 12 : $0 == 12 ? .nan : 2 }
        let image = try Image(decoding: sheet.png(values), named: "sheet")
        #expect(image.channels == 1 && image.height == 5 && image.width == 7)
        func row(_ row: Int) -> [UInt8] { Array(image.bytes[row * 7..<(row + 1) * 7]) }
        #expect(row(0) == [0, 21, 43, 255, 128, 149, 170])
        #expect(row(2) == Array(repeating: 255, count: 7))
        #expect(row(3) == [0, 255, 255, 255, 255, 255, 255])
        // A single pixel, and colours.
        let pixel = try PictureSheet(shape: [3, 1, 1], count: 1, advice: "").png([0, 0.5, 1])
        #expect(try Image(decoding: pixel, named: "pixel").bytes == [0, 128, 255])
        for shape in [[2000], [2, 4, 4]] {
            #expect(throws: TrainingError.self) {
                try PictureSheet(shape: shape, count: 1, advice: "write HDF5")
            }
        }
        #expect(throws: TrainingError.self) {
            try PictureSheet(shape: [1, 28, 28], count: 1_000_000, advice: "write HDF5")
        }
    }

    @Test func rowsAreNumbersAndRanges() throws {
        let rows = try #require(RowList(argument: "7,100-102,0"))
        #expect(try rows.resolved(count: 103) == [7, 100, 101, 102, 0])
        #expect(throws: TrainingError.self) { try rows.resolved(count: 102) }
        for text in ["", "a", "3-", "-3", "5-4", "1,,2", "1-2-3"] {
            #expect(RowList(argument: text) == nil, "\(text)")
        }
    }
}
