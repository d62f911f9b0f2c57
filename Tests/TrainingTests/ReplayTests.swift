import Checkpoints
import RunLog
import RunSupport
import Testing
import TestSupport

extension TrainingTests {
    /// Whole trainings agree, epoch by epoch, with what the authors' own modules give.
    ///
    /// This is what notices a wrong behaviour of what training is put together from: which weight a loss has, which
    /// split decides, what a phase begins with. Everything else here compares the program with itself.
    @Suite struct ReplayTests {
        private static let tolerance = 1e-9

        @Test(arguments: [RecordedReplay.pytorch, .tensorFlow], [1, 2])
        func everyEpochIsTheReferences(_ replay: RecordedReplay, ranks: Int) throws {
            try withTemporaryDirectory { directory in
                let outcome = try ThreadTraining.run(
                    replay.overrides, on: .strokes, in: directory, ranks: ranks)[0]
                let (history, growth) = (outcome.history, outcome.growth)
                try #require(history.count == replay.epochs.count)
                for (record, expected) in zip(history, replay.epochs) { check(record, expected) }
                #expect(growth.map(\.kind) == replay.growth.map(\.kind))
                #expect(growth.map(\.leaf) == replay.growth.map(\.leaf))
                #expect(growth.map(\.samples) == replay.growth.map(\.samples))
                #expect(growth.map(\.epochs) == replay.growth.map(\.epochs))

                let tensors = try storedTensors(RunDirectory(directory).model)
                for (path, expected) in replay.norms {
                    let tensor = try #require(tensors["/" + path], "\(path)")
                    let norm = tensor.reduce(0) { $0 + $1 * $1 }.squareRoot()
                    #expect(abs(norm - expected) <= Self.tolerance * expected, "\(path): \(norm)")
                }
            }
        }

        private func check(_ record: EpochRecord, _ expected: RecordedReplay.Epoch) {
            let place = "\(expected.phase) of growth step \(expected.growthStep), epoch \(expected.epoch)"
            #expect(record.phase == expected.phase && record.epoch == expected.epoch, "\(place)")
            #expect(record.growthStep == expected.growthStep, "\(place)")
            for (name, value, wanted) in [
                ("alpha", record.alpha, expected.alpha),
                ("learning rate", record.learningRate, expected.learningRate),
                ("loss", record.loss, expected.loss),
                ("reconstruction", record.recLoss, expected.reconstruction),
                ("KL of the root", record.klRoot, expected.klRoot),
                ("KL of the nodes", record.klNodes, expected.klNodes),
                ("KL of the decisions", record.klDecisions, expected.klDecisions),
            ] {
                #expect(
                    abs(value - wanted) <= Self.tolerance * abs(wanted),
                    "\(place): \(name) is \(value), not \(wanted)")
            }
        }
    }
}
