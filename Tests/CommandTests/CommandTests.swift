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
        let grid = try PictureGrid(shape: [1, 2, 3], count: 3, columns: 2, advice: "")
        let values: [Float] = (0..<18).map { $0 < 12 ? Float($0) / 12 : $0 == 12 ? .nan : 2 }
        let image = try Image(decoding: grid.png(values), named: "sheet")
        // 96 pixels at most, so 32 for each of three.
        #expect(grid.factor == 32 && grid.width == 96 && grid.height == 64)
        #expect(image.channels == 1 && image.height == 5 * 32 && image.width == 7 * 32)
        /// The values of the squares in a row of them, each of one value.
        func row(_ row: Int) -> [UInt8] {
            (0..<7).map { column in
                var values: Set<UInt8> = []
                for line in row * 32..<(row + 1) * 32 {
                    let start = line * image.width + column * 32
                    values.formUnion(image.bytes[start..<start + 32])
                }
                #expect(values.count == 1)
                return values.first ?? 0
            }
        }
        #expect(row(0) == [0, 21, 43, 255, 128, 149, 170])
        #expect(row(2) == Array(repeating: 255, count: 7))
        #expect(row(3) == [0, 255, 255, 255, 255, 255, 255])
        #expect(grid.image(1, of: values).bytes[0] == 128)
        // A single pixel, and colours.
        let pixel = try PictureGrid(shape: [3, 1, 1], count: 1, advice: "").png([0, 0.5, 1])
        let square = 96 * 96
        #expect(
            try Image(decoding: pixel, named: "pixel").bytes
                == [0, 128, 255].flatMap { [UInt8](repeating: $0, count: square) })
        // Rows that are wide already, and large pictures, stay as they are.
        #expect(try PictureGrid(shape: [1, 28, 28], count: 100, columns: 100, advice: "").factor == 1)
        #expect(try PictureGrid(shape: [3, 128, 96], count: 1, advice: "").factor == 1)
        for shape in [[2000], [2, 4, 4]] {
            #expect(throws: TrainingError.self) {
                try PictureGrid(shape: shape, count: 1, advice: "write HDF5")
            }
        }
        #expect(throws: TrainingError.self) {
            try PictureGrid(shape: [1, 28, 28], count: 1_000_000, advice: "write HDF5")
        }
    }

    @Test func captionsStandAboveBesideAndBelow() throws {
        let grid = try PictureGrid(shape: [1, 2, 2], count: 4, columns: 2, advice: "")
        let sheet = CaptionedSheet(
            grid: grid, columns: [.init(name: "original"), .init(name: "leaf 3", note: "a <class>")],
            rows: [.init(name: "first"), .init(name: String(repeating: "W", count: 200))],
            captions: ["", "0.25", "", "0.75"])
        let svg = try sheet.svg([Float](repeating: 0.5, count: 16))
        let texts = svg.matches(of: /<text[^>]*>([^<]*)</).map { String($0.1) }
        #expect(texts.prefix(4) == ["original", "leaf 3", "a &lt;class&gt;", "first"])
        #expect(texts.count == 7 && texts[4].hasSuffix("…") && texts[5...] == ["0.25", "0.75"])
        // Behind the name that was cut off, and before the edge.
        let places = svg.matches(of: /<image x="([0-9.]+)" y="[0-9.]+" width="96" height="96"/).compactMap {
            Double($0.1)
        }
        let width = try #require(svg.firstMatch(of: /<svg [^>]*?width="([0-9.]+)"/).flatMap { Double($0.1) })
        #expect(places.count == 4 && places.allSatisfy { $0 > 170 && $0 + 96 < width })
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
