import Files
import Foundation
import Store
import TestSupport
import Testing

extension EndToEndTests {
    /// SIGKILL at any moment, mostly within epochs: of one rank, of all, of the launcher, up to three times, and resumed on
    /// other numbers of ranks. The finished model is that of a run that nobody disturbed, bit by bit.
    ///
    /// A few kills stand for all, unless `TREEVAE_FAULTS=all` asks for 500.
    @Suite(.needs(.mpirun)) struct KillTests {
        /// The embedded data, long epochs and a checkpoint every few dozen steps. Batches are four slices of 16 samples, and
        /// no sample skips a path, so that every number of ranks gives the same bits.
        private static let settings =
            SmallRun.schedule.filter { !$0.hasPrefix("training.batch_size") } + [
                "data.limit=1500", "training.batch_size=64", "checkpoint.every_minutes=0.001",
                "growth.max_leaves=3",
                "model.path_threshold=0", "training.epochs.initial=2", "training.epochs.subtree=2",
                "training.epochs.intermediate=1", "training.epochs.finetune=2",
            ]

        private enum Victim: CaseIterable {
            case rank, all, launcher
        }

        @Test func theModelIsTheSame() throws {
            try withTemporaryDirectory { directory in
                let isWhole = ProcessInfo.processInfo.environment["TREEVAE_FAULTS"] == "all"
                let start = Date()
                let whole = try Program.run(
                    ["train", "--out", "whole"] + Self.settings, in: directory, seconds: 300)
                #expect(whole.status == 0, "\(whole.errors)")
                let duration = Date().timeIntervalSince(start)
                let expected = try storedTensors(directory + "/whole/model.h5").mapValues {
                    $0.map(\.bitPattern)
                }
                var (kills, runs, within, oldest) = (0, 0, 0, 0.0)
                while kills < (isWhole ? 500 : 2) {
                    runs += 1
                    let out = "\(directory)/run"
                    for attempt in 0...3 {
                        let resumes = try checkpoints(of: out).isEmpty == false
                        let ranks = [nil, 2, 3, 4].randomElement()!
                        let arguments = ["train", "--out", "run"] + (resumes ? ["--resume"] : Self.settings)
                        let execution = try Execution(arguments, ranks: ranks, in: directory)
                        let moment = Double.random(in: 0...1.5 * duration)
                        let limit = attempt < 3 ? Date().addingTimeInterval(moment) : .distantFuture
                        // To its end, or to the moment at which it is killed.
                        _ = execution.wait(seconds: 300) { Date() > limit }
                        if attempt < 3, let victim = strike(execution, hasLauncher: ranks != nil) {
                            let outcome = try execution.wait(seconds: 60)
                            // It may have come to its end before the signal did.
                            if outcome.status == 0 { break }
                            #expect(outcome.status >= 128 || victim != .all, "\(outcome.errors)")
                            kills += 1
                            let present = try checkpoints(of: out)
                            if let age = present.compactMap({ age(of: "\(out)/checkpoints/\($0)") }).min() {
                                oldest = max(oldest, age)
                            }
                            if present.last?.split(separator: "-").count == 3 { within += 1 }
                        } else {
                            let outcome = try execution.wait(seconds: 300)
                            #expect(outcome.status == 0, "\(outcome.errors)")
                            break
                        }
                    }
                    let found = try storedTensors(out + "/model.h5").mapValues { $0.map(\.bitPattern) }
                    #expect(found == expected)
                    #expect(try Directory.list(out).allSatisfy { !$0.hasPrefix(".") && $0 != "run.lock" })
                    #expect(try Directory.list(out + "/checkpoints").allSatisfy { !$0.hasPrefix(".") })
                    Directory.remove(out)
                }
                if isWhole {
                    print(
                        "\(kills) kills of \(runs) runs, \(within) where the newest checkpoint was within an epoch; it was at most "
                            + String(format: "%.1f s old", oldest))
                }
            }
        }

        /// Kills what is still running; nil where nothing was.
        private func strike(_ execution: Execution, hasLauncher: Bool) -> Victim? {
            let ranks = execution.ranks
            guard let some = ranks.randomElement() else { return nil }
            let victim: Victim = hasLauncher ? Victim.allCases.randomElement()! : .all
            switch victim {
            case .rank: kill(some, SIGKILL)
            case .all: execution.signal(SIGKILL)
            case .launcher: execution.signalLauncher(SIGKILL)
            }
            return victim
        }

        /// Oldest first.
        private func checkpoints(of out: String) throws -> [String] {
            guard Directory.exists(out + "/checkpoints") else { return [] }
            return try Directory.list(out + "/checkpoints").filter { $0.hasPrefix("checkpoint-") }
        }

        private func age(of path: String) -> Double? {
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            return (attributes?[.modificationDate] as? Date).map { Date().timeIntervalSince($0) }
        }
    }
}
