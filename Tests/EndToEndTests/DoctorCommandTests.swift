import Files
import Foundation
import Store
import TestSupport
import Testing

extension EndToEndTests {
    /// What can be known before a run.
    @Suite struct DoctorCommandTests {
        private struct Report: Decodable {
            struct Check: Decodable {
                let name: String
                let status: String
                let found: String
                let advice: String?
            }
            let checks: [Check]
            let errors: Int
            let warnings: Int
        }

        private func report(_ outcome: Execution.Outcome) throws -> Report {
            try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        }

        @Test func oneRankIsExamined() throws {
            try withSmallRun { run in
                let outcome = try Program.run(
                    ["doctor", "--run-directory", "runs/x", "--data", "data"], in: run.directory)
                #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
                for words in ["ok", "MPI: start", "run directory: fsync", "data: train", "0 errors"] {
                    #expect(outcome.output.contains(words), "\(words) in \(outcome.output)")
                }
                #expect(!Directory.exists(run.directory + "/runs"))
                let missing = try Program.run(["doctor", "--data", "nowhere", "--json"], in: run.directory)
                #expect(missing.status == 1)
                let report = try report(missing)
                #expect(
                    report.errors == 1
                        && report.checks.contains { $0.name == "data: shards" && $0.advice != nil })
            }
        }

        @Test(.needs(.mpirun)) func ranksAreExaminedTogether() throws {
            try withSmallRun { run in
                let outcome = try Program.run(
                    ["doctor", "--data", "data", "--json"], ranks: 3, in: run.directory)
                #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
                let report = try report(outcome)
                #expect(
                    report.checks.contains {
                        $0.name == "ranks: hosts" && $0.found.hasPrefix("3 ranks: 3 on ")
                    })
                #expect(report.checks.contains { $0.name == "MPI: exchange" && $0.found.contains("summed") })
                // Slurm's batch script has asked for more.
                let slurm = try Program.run(
                    ["doctor"], ranks: 2, in: run.directory,
                    environment: ["SLURM_JOB_ID": "1", "SLURM_NTASKS": "8"])
                #expect(slurm.output.contains("8 tasks, 2 ranks"), "\(slurm.output)")
            }
        }

        /// Tasks that do not see each other, as srun without PMI starts them.
        @Test func separateTasksAreAnError() throws {
            try withTemporaryDirectory { directory in
                let outcome = try Program.run(
                    ["doctor", "--json"], in: directory,
                    environment: ["SLURM_JOB_ID": "1", "SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "4"])
                #expect(outcome.status == 1)
                #expect(
                    try report(outcome).checks.contains { $0.name == "MPI: start" && $0.status == "error" })
            }
        }
    }
}
