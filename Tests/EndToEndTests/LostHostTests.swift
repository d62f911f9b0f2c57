import Files
import Foundation
import Store
import TestSupport
import Testing

extension EndToEndTests {
    /// A rank, a host or the way to it is lost: every process ends, and says why.
    @Suite(.needs(.mpirun)) struct LostHostTests {
        private static let slow = ["training.batch_size=4", "training.epochs.initial=4000"]

        /// A rank that was stopped may have arrived in the operation that all wait in.
        @Test(arguments: [0, 1]) func aStoppedRankIsNamed(rank: Int) throws {
            try withSmallRun(Self.slow) { run in
                let limits = ["TREEVAE_STALL_WARN_SECONDS": "1", "TREEVAE_STALL_ABORT_SECONDS": "5"]
                let execution = try Execution(
                    run.arguments("run"), ranks: 2, in: run.directory, environment: limits)
                #expect(execution.wait { run.log("run").count >= 2 })
                let ranks = execution.ranks
                try #require(ranks.count == 2)
                kill(ranks[rank], SIGSTOP)
                let outcome = try execution.wait(seconds: 60)
                #expect(outcome.status != 0)
                let stopped = (0...1).filter {
                    outcome.errors.contains("; rank \($0) on this host gives no sign of life: stopped")
                }
                // Process numbers say nothing of ranks, so either may be it.
                #expect(stopped.count == 1, "\(outcome.errors)")
            }
        }

        /// Within 90 seconds nothing of the run is left on either host.
        @Test(.needs(.networkNamespaces)) func aCutLinkEndsBothSides() throws {
            try withSmallRun(Self.slow) { run in
                try TwoHosts.with(run.directory) { hosts in
                    let isWhole = ProcessInfo.processInfo.environment["TREEVAE_FAULTS"] == "all"
                    let execution = try hosts.start(
                        run.arguments("run"),
                        environment: isWhole ? [:] : ["TREEVAE_LOST_HOST_SECONDS": "8"])
                    #expect(execution.wait { run.log("run").count >= 2 }, "\(execution.errors)")
                    hosts.setLink(up: false)
                    let start = Date()
                    let outcome = try execution.wait(seconds: 90)
                    let seconds = Date().timeIntervalSince(start)
                    #expect(outcome.status != 0 && seconds < 90, "\(seconds)")
                    // What the other side says is lost with the cable.
                    #expect(
                        outcome.errors.contains("rank 0 on host-a has heard nothing of host-b for "),
                        "\(outcome.errors)")
                    for name in try Directory.list(run.directory + "/run/checkpoints") {
                        try HDF5File.verify(run.directory + "/run/checkpoints/" + name)
                    }
                    if isWhole {
                        print(String(format: "both hosts were quiet %.0f s after the cut", seconds))
                    }
                }
            }
        }

        @Test(.needs(.networkNamespaces)) func aLinkThatComesBackIsNoLoss() throws {
            try withSmallRun(Self.slow) { run in
                try TwoHosts.with(run.directory) { hosts in
                    let execution = try hosts.start(
                        run.arguments("run"), environment: ["TREEVAE_LOST_HOST_SECONDS": "15"])
                    #expect(execution.wait { run.log("run").count >= 2 }, "\(execution.errors)")
                    hosts.setLink(up: false)
                    sleep(3)
                    hosts.setLink(up: true)
                    let lines = run.log("run").count
                    #expect(
                        execution.wait(seconds: 60) { run.log("run").count >= lines + 3 },
                        "\(execution.errors)")
                    execution.signal(SIGTERM)
                    _ = try execution.wait(seconds: 60)
                }
            }
        }

        @Test(.needs(.networkNamespaces)) func aHostThatCannotBeReachedIsToldAtOnce() throws {
            try withSmallRun { run in
                try TwoHosts.with(run.directory) { hosts in
                    let execution = try hosts.start(run.arguments("run"), address: "10.213.9.77")
                    let outcome = try execution.wait(seconds: 60)
                    #expect(
                        outcome.status != 0 && outcome.errors.contains("10.213.9.77"), "\(outcome.errors)")
                    #expect(!Directory.exists(run.directory + "/run"))
                }
            }
        }
    }
}
