import Checkpoints
import Files
import Foundation
import RunSupport
import TestSupport
import Testing
import ThreadRanks

@testable import Sweeps

@Suite struct SweepTests {
    private func sweep(_ seeds: [Int], _ directory: String) -> Sweep {
        Sweep(
            seeds: seeds, in: SweepDirectory(directory + "/sweep"), configuration: nil, defaults: .published,
            overrides: TinyRun.schedule, source: .shards(directory + "/data"))
    }

    /// Trains and compares; what rank 0 printed, and which runs began.
    private func run(
        _ sweep: Sweep, ranks: Int, atOnce: Int = 1
    ) throws -> (text: String, missing: [Int], began: [Int]) {
        let outcomes = try ThreadCommunicator.run(ranks: ranks) { communicator in
            var began: [Int] = []
            try sweep.train(atOnce: atOnce, communicator) { line in
                if line.contains("begins"),
                    let seed = line.split(separator: " ").compactMap({ Int($0) }).first
                {
                    began.append(seed)
                }
            }
            let result = try sweep.compare(communicator)
            return (result.text, result.missing, began)
        }
        return (outcomes[0].0, outcomes[0].1, outcomes.flatMap(\.2).sorted())
    }

    @Test func aSweepGoesOnWhereItStopped() throws {
        try withPictures { directory in
            let first = try run(sweep([1, 2], directory), ranks: 1)
            #expect(first.began == [1, 2] && first.missing.isEmpty)
            let paths = SweepDirectory(directory + "/sweep")
            let model = try bytes(of: paths.run(seed: 1).model)

            // A run that was stopped goes on from its checkpoint, and ends with the same tensors.
            let tensors = try storedTensors(paths.run(seed: 2).model)
            removeFile(paths.run(seed: 2).model)
            let more = try run(sweep([1, 2, 3], directory), ranks: 1)
            #expect(more.began == [2, 3])
            #expect(try bytes(of: paths.run(seed: 1).model) == model)
            #expect(try differences(storedTensors(paths.run(seed: 2).model), tensors) == [])

            // A line of names, three runs, four summaries, the chosen run; metrics where there are labels.
            let lines = String(decoding: try bytes(of: paths.table), as: UTF8.self).split(separator: "\n")
            #expect(lines.count == 9)
            #expect(lines[0].hasPrefix("seed,leaves,empty,elbo,") && lines[0].hasSuffix(",dp,lp,acc,nmi,ari"))
            #expect(
                lines.map { $0.prefix { $0 != "," } } == [
                    "seed", "1", "2", "3", "mean", "deviation", "worst", "best",
                    "chosen",
                ])
            let cells = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false) }
            let confidence = try #require(cells[0].firstIndex(of: "confidence"))
            let surest = try #require(
                cells[1...3].max { Double($0[confidence])! < Double($1[confidence])! })
            #expect(cells[8].dropFirst() == surest.dropFirst())
            #expect(more.text.split(separator: "\n").count == 10)
            #expect(
                more.text.hasSuffix(
                    "\nchosen: seed \(surest[0]), the surest of where its samples belong (confidence)\n"))
            // Every split of every run.
            let support = String(decoding: try bytes(of: paths.support), as: UTF8.self).split(separator: "\n")
            #expect(support[0] == "seed,node,support,model")
            let splits = try (1...3).map {
                try CheckpointReader(paths.run(seed: $0).model).header.tree.nodes.count(where: \.isSplit)
            }
            #expect(support.count == 1 + splits.reduce(0, +) && splits.contains { $0 > 1 })
            try supportIsFound(paths)
        }
    }

    /// A finished run's is found; a checkpoint from its middle, another run's model and a run elsewhere have none.
    private func supportIsFound(_ sweep: SweepDirectory) throws {
        let run = sweep.run(seed: 1)
        func found(_ path: String) throws -> FoundSupport {
            let reader = try CheckpointReader(path)
            return FoundSupport(of: reader.header, at: reader.path)
        }
        let finished = try found(run.path)
        let splits = try CheckpointReader(run.model).header.tree.nodes.filter(\.isSplit).map(\.id)
        #expect(finished.shares.keys.sorted() == splits)
        #expect(try #require(finished.notice).hasPrefix("support: \(sweep.support)"))
        let middle = try #require(Directory.list(run.checkpoints).filter { $0.hasSuffix(".h5") }.first)
        let early = try found(Directory.join(run.checkpoints, middle))
        #expect(early.shares.isEmpty && early.notice?.hasPrefix("no support: \(sweep.support)") == true)
        let other = Directory.join(sweep.path, "seed-9/model.h5")
        try Directory.create(Directory.parent(of: other))
        try FileManager.default.copyItem(atPath: sweep.run(seed: 2).model, toPath: other)
        #expect(try found(other).shares.count > 0)
        let alone = Directory.join(sweep.path, "model.h5")
        try FileManager.default.copyItem(atPath: run.model, toPath: alone)
        #expect(
            try found(alone) == FoundSupport(of: CheckpointReader(run.model).header, at: "/nowhere/model.h5"))
        Directory.remove(alone)
        Directory.remove(Directory.parent(of: other))
    }

    /// Two runs at once, each on a rank, write what one after the other does.
    @Test func runsAtOnceAreTheSame() throws {
        try withPictures { directory in
            _ = try run(sweep([1, 2, 3], directory), ranks: 1)
            let paths = SweepDirectory(directory + "/sweep")
            let expected = try [paths.table, paths.support].map { try bytes(of: $0) }
            Directory.remove(paths.path)
            let shared = try run(sweep([1, 2, 3], directory), ranks: 2, atOnce: 2)
            #expect(shared.began == [1, 2, 3])
            #expect(try [paths.table, paths.support].map { try bytes(of: $0) } == expected)
        }
    }

    @Test func whatIsWrongIsSaid() throws {
        try withPictures { directory in
            #expect(
                message { _ = try run(sweep([1], directory), ranks: 1, atOnce: 2) }
                    .contains("2 runs at once take as many ranks, there are 1"))
            #expect(
                message {
                    try ThreadCommunicator.run(ranks: 1) { _ = try sweep([1], directory).compare($0) }
                }.contains("/sweep: "))
        }
    }

    @Test func withoutLabelsThereAreNoMetrics() throws {
        try withPictures(labelled: false) { directory in
            _ = try run(sweep([1], directory), ranks: 1)
            let table = try bytes(of: SweepDirectory(directory + "/sweep").table)
            let heading = String(decoding: table, as: UTF8.self).split(separator: "\n")[0]
            #expect(
                heading.contains("confidence") && !heading.contains("acc") && !heading.contains("agreement"))
        }
    }
}
