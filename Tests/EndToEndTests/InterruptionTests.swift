import Files
import Foundation
import Store
import TestSupport
import Testing

extension EndToEndTests {
    /// A run that is stopped, killed or loses a rank goes on as if nothing had happened.
    @Suite struct InterruptionTests {
        /// Epochs long enough to be stopped in the middle of one.
        private static let slow = ["training.batch_size=4", "training.epochs.initial=40"]

        private func expectSame(_ run: SmallRun, _ out: String, as whole: String) throws {
            #expect(
                try differences(
                    storedTensors("\(run.directory)/\(out)/model.h5"),
                    storedTensors("\(run.directory)/\(whole)/model.h5"))
                    == [])
            #expect(run.losses(out) == run.losses(whole))
            try run.expectTidy(out)
        }

        /// With samples in memory and in their files.
        @Test(arguments: [(SIGTERM, 4096), (SIGINT, 4096), (SIGHUP, 4096), (SIGUSR1, 4096), (SIGTERM, 0)])
        func aSignalEndsARunBetweenTwoSteps(signal: Int32, budget: Int) throws {
            try withSmallRun(Self.slow + ["data.memory_budget=\(budget)"]) { run in
                let execution = try run.start("run")
                #expect(execution.wait { run.log("run").count >= 2 })
                execution.signalLauncher(signal)
                let outcome = try execution.wait(seconds: 10)
                #expect(outcome.status == 75 && outcome.output.isEmpty)
                #expect(outcome.messages.count == 1, "\(outcome.errors)")
                #expect(outcome.errors.contains("stopped by a signal in phase initial"))
                #expect(outcome.errors.contains("--resume"))
                #expect(!FileManager.default.fileExists(atPath: run.directory + "/run/model.h5"))
                for name in try Directory.list(run.directory + "/run/checkpoints") {
                    try HDF5File.verify(run.directory + "/run/checkpoints/" + name)
                }
            }
        }

        @Test func aStoppedRunGoesOn() throws {
            try withSmallRun(["training.batch_size=8"]) { run in
                #expect(try run.run("whole").status == 0)
                // Stopped again and again until it is through.
                var resumes = false
                var stops = 0
                while true {
                    let execution = try run.start("run", resumes: resumes)
                    let target = run.log("run").count + 4
                    if execution.wait(until: { run.log("run").count >= target }) {
                        execution.signalLauncher(SIGTERM)
                    }
                    let outcome = try execution.wait()
                    if outcome.status == 0 { break }
                    #expect(outcome.status == 75, "\(outcome.errors)")
                    stops += 1
                    resumes = true
                    if stops > 10 { break }
                }
                #expect(stops >= 2)
                try expectSame(run, "run", as: "whole")
            }
        }

        @Test(.needs(.mpirun), arguments: [0, 1])
        func aSignalToOneRankStopsAll(rank: Int) throws {
            try withSmallRun(Self.slow) { run in
                let execution = try run.start("run", ranks: 2)
                #expect(execution.wait { run.log("run").count >= 2 })
                let ranks = execution.ranks
                try #require(ranks.count == 2)
                kill(ranks[rank], SIGTERM)
                let outcome = try execution.wait(seconds: 20)
                #expect(outcome.status == 75 && outcome.output.isEmpty, "\(outcome.errors)")
                #expect(outcome.messages.count == 1 && outcome.errors.contains("stopped by a signal"))
            }
        }

        @Test(.needs(.mpirun), arguments: [SIGTERM, SIGINT])
        func aSignalToTheLauncherLeavesNothingRunning(signal: Int32) throws {
            try withSmallRun(Self.slow) { run in
                let execution = try run.start("run", ranks: 2)
                #expect(execution.wait { run.log("run").count >= 2 })
                execution.signalLauncher(signal)
                let outcome = try execution.wait(seconds: 20)
                #expect(outcome.status != 0 && outcome.output.isEmpty)
                #expect(outcome.messages.count <= 1, "\(outcome.errors)")
                #expect(!FileManager.default.fileExists(atPath: run.directory + "/run/model.h5"))
            }
        }

        @Test(.needs(.mpirun)) func aKilledRankEndsAll() throws {
            try withSmallRun { run in
                #expect(try run.run("whole", ranks: 2).status == 0)
                for rank in 0...1 {
                    let out = "run-\(rank)"
                    let execution = try run.start(out, ranks: 2)
                    #expect(execution.wait { run.log(out).count >= 6 })
                    let ranks = execution.ranks
                    try #require(ranks.count == 2)
                    kill(ranks[rank], SIGKILL)
                    let outcome = try execution.wait(seconds: 30)
                    #expect(
                        outcome.status != 0 && outcome.output.isEmpty && outcome.messages.count <= 1,
                        "\(outcome.errors)")
                    #expect(try run.run(out, ranks: 2, resumes: true).status == 0)
                    try expectSame(run, out, as: "whole")
                }
            }
        }

        /// Kills in every phase, at moments that differ from run to run, and one before the first checkpoint.
        @Test(.needs(.mpirun), arguments: [nil, 2] as [Int?])
        func killedAtAnyMoment(ranks: Int?) throws {
            // Epochs long enough that a signal finds the run in the phase it was meant for.
            try withSmallRun(samples: 2400) { run in
                #expect(try run.run("whole", ranks: ranks).status == 0)
                let expected = run.losses("whole")
                let phases = run.log("whole").compactMap { $0["phase"] as? String }
                #expect(Set(phases) == Set(SmallRun.phases))
                var killed: [String] = []
                for epochs in [0, 2, 5, 8, 10, 13] {
                    let hasCheckpoint = RunFiles.hasCheckpoint(run.directory + "/run")
                    let execution = try run.start("run", ranks: ranks, resumes: hasCheckpoint)
                    #expect(
                        execution.wait {
                            run.log("run").count >= epochs && (epochs > 0 || !execution.ranks.isEmpty)
                        })
                    usleep(.random(in: 0..<60_000))
                    execution.signal(SIGKILL)
                    _ = try execution.wait()
                    // Every line of the log is one of the uninterrupted run.
                    let losses = run.losses("run")
                    #expect(losses == Array(expected.prefix(losses.count)))
                    if losses.count < phases.count { killed.append(phases[losses.count]) }
                }
                #expect(Set(killed).count >= 3, "\(killed)")
                let outcome = try run.run(
                    "run", ranks: ranks, resumes: RunFiles.hasCheckpoint(run.directory + "/run"))
                #expect(outcome.status == 0, "\(outcome.errors)")
                try expectSame(run, "run", as: "whole")
            }
        }
    }
}

private enum RunFiles {
    static func hasCheckpoint(_ out: String) -> Bool {
        ((try? Directory.list(out + "/checkpoints")) ?? []).contains { $0.hasPrefix("checkpoint-") }
    }
}
