import Configuration
import Files
import Foundation
import RunSupport
import Store
import TestSupport
import Testing
import ThreadRanks

@testable import Reproduction

@Suite(.serialized) struct ReproductionTests {
    @Test func theTenthScheduleIsThatOfItsFile() throws {
        let configs = Repository.root + "/configs/"
        var configuration = try Configuration(file: configs + "mnist.yml")
        try configuration.apply(overrides: TenthSchedule.overrides(of: configuration))
        #expect(try configuration == Configuration(file: configs + "mnist-tenth.yml"))
    }

    @Test(arguments: ["mnist-vae", "mnist-ladder-vae", "20newsgroups", "cifar-10", "omniglot-5-vae"])
    func aTenthOfEveryPhase(name: String) throws {
        var configuration = try Configuration(file: Repository.root + "/configs/\(name).yml")
        let whole = configuration
        try configuration.apply(overrides: TenthSchedule.overrides(of: whole))
        try configuration.validate()
        for phase in Phase.allCases {
            #expect(configuration.training.epochs[phase] * 10 == whole.training.epochs[phase])
        }
        // Weights of the KL terms end where they did.
        let (last, lastWhole) = (
            configuration.training.epochs.initial - 1, whole.training.epochs.initial - 1
        )
        let difference =
            configuration.klWeight(phase: .initial, epoch: last)
            - whole.klWeight(phase: .initial, epoch: lastWhole)
        #expect(abs(difference) < 0.02 + 20 * whole.schedule.klIncrement)
    }

    @Test func aTenthOfAClusterTree() throws {
        var configuration = try Configuration(file: Repository.root + "/configs/mnist-deepect.yml")
        try configuration.apply(overrides: TenthSchedule.overrides(of: configuration))
        try configuration.validate()
        #expect(configuration.training.epochs.initial == 21 && configuration.training.epochs.finetune == 21)
        #expect(configuration.deepect.splitEvery == 50)
        #expect(abs(configuration.optimizer.learningRate - 1e-3) < 1e-12)
    }

    @Test(arguments: [
        (1, 12.706_204_7), (2, 4.302_652_73), (9, 2.262_157_16), (18, 2.100_922_04), (1e6, 1.959_966),
    ])
    func studentsBounds(freedom: Double, bound: Double) {
        #expect(abs(StudentDistribution(freedom: freedom).bound(of: 0.95) / bound - 1) < 1e-6)
    }

    @Test func summariesHaveWelchsInterval() throws {
        let paper = try #require(
            PaperFigure(.table1, dataset: "mnist", method: .treeVae, metric: .dp))
        #expect(paper.mean == 87.9 && paper.deviation == 4.9)
        let summary = FigureSummary([80, 84, 88, 92], published: paper)
        #expect(summary.mean == 86 && abs((summary.deviation ?? 0) - 5.163_977_8) < 1e-6)
        // Computed with scipy.stats.t.
        let interval = try #require(summary.interval)
        #expect(abs(interval.lowerBound + 9.502_71) < 1e-4 && abs(interval.upperBound - 5.702_71) < 1e-4)
        #expect(FigureSummary([1], published: paper).interval == nil)
        #expect(FigureSummary([1, 2], published: nil).difference == nil)
        #expect(PaperFigure(.table1, dataset: "omniglot-5", method: .treeVae, metric: .dp) == nil)
    }

    /// Everything is trained and measured once, also by several ranks, and the table has every row.
    @Test func aTableIsMadeOnce() throws {
        try withPictures { directory in
            try Directory.create(directory + "/all")
            try Directory.create(directory + "/configs")
            try FileManager.default.moveItem(
                atPath: directory + "/data", toPath: directory + "/all/mnist")
            for (suffix, kind) in [
                ("", "tree"), ("-vae", "vae"), ("-ladder-vae", "ladder-vae"), ("-deepect", "deepect"),
            ] {
                try write("model.kind: \(kind)\n".utf8, to: directory + "/configs/mnist\(suffix).yml")
            }
            var plan = ReproductionPlan(
                .table1, data: directory + "/all", configurations: directory + "/configs",
                out: directory + "/out")
            plan.datasets = ["mnist"]
            plan.seeds = [1, 2]
            plan.overrides =
                TinyRun.schedule + [
                    "growth.max_leaves=3", "deepect.hidden=[8]", "deepect.embedding=2",
                    "deepect.split_every=2",
                ]
            func make(_ plan: ReproductionPlan, ranks: Int) throws -> (
                said: [String], records: [ReproductionRecord]
            ) {
                let outcomes = try ThreadCommunicator.run(ranks: ranks) { communicator in
                    var said: [String] = []
                    let reproduction = try Reproduction(plan)
                    try reproduction.train(atOnce: 1, communicator) { _ in }
                    let records = try reproduction.measure(communicator) { said.append($0) }
                    return (said, records)
                }
                return (outcomes[0].0, outcomes[0].1)
            }
            let first = try make(plan, ranks: 2)
            // Agg without seeds, the others with two.
            #expect(first.records.count == 9 && first.said.count == 9)
            let columns = ["dp", "lp", "acc", "nmi"]
            #expect(first.records.allSatisfy { Set($0.figures.keys) == Set(columns) })
            #expect(first.records.flatMap(\.figures.values).allSatisfy { (0...100).contains($0) })
            #expect(first.records.allSatisfy { $0.seconds > 0 })
            let second = try make(plan, ranks: 1)
            #expect(second.records == first.records && second.said.isEmpty)

            let table = ReproductionTable(plan, first.records)
            let lines = table.text.split(separator: "\n")
            // A heading, four metrics of five methods, and later work.
            #expect(lines.count > 21 && lines[1].contains("Agg") && lines[1].contains("63.70"))
            #expect(table.markdown.contains("| mnist | TreeVAE | DP | 2 | "))
            let files = try table.write()
            let file = try HDF5File.open(files[1])
            #expect(try file.root.dataset("dp").shape == [9])

            var other = plan
            other.table = .table2
            other.methods = [.vae, .treeVae]
            other.draws = 2
            let generation = try make(other, ranks: 1).records
            #expect(generation.count == 4)
            #expect(generation.allSatisfy { ($0.figures["ll"] ?? 0) < 0 && ($0.figures["rl"] ?? 0) > 0 })
        }
    }

    @Test func whatIsWrongIsSaid() throws {
        var plan = ReproductionPlan(.table2, data: "nowhere", configurations: "configs", out: "out")
        plan.datasets = ["mnist"]
        plan.methods = [.agg]
        #expect(message { _ = try Reproduction(plan) }.contains("table2 has vae, ladder-vae, treevae"))
        plan.methods = [.vae]
        let missing = plan
        let said = message {
            try ThreadCommunicator.run(ranks: 1) {
                try Reproduction(missing).train(atOnce: 1, $0) { _ in }
            }
        }
        #expect(said.contains("nowhere/mnist") && said.contains("--downloads"))
        plan.datasets = ["celeba"]
        #expect(message { _ = try Reproduction(plan) }.contains("--datasets celeba"))
    }
}
