import Collectives
import Foundation
import TestSupport
import Testing
import ThreadRanks

@testable import Doctor

@Suite struct CheckTests {
    private func place(_ host: String, _ processors: Range<Int>) -> PlacementChecks.Place {
        PlacementChecks.Place(host: host, processors: Array(processors))
    }

    private func statuses(_ checks: [Check]) -> [String: Check.Status] {
        Dictionary(uniqueKeysWithValues: checks.map { ($0.name, $0.status) })
    }

    @Test func ranksThatAreInEachOthersWayAreNoticed() {
        let spread = PlacementChecks([place("a", 0..<1), place("a", 1..<2)], rank: 0)
        #expect(spread.run(environment: [:]).filter { $0.status != .ok && $0.name != "ranks: quota" } == [])

        let crowded = PlacementChecks([place("a", 0..<2), place("a", 0..<2), place("a", 0..<2)], rank: 1)
        #expect(statuses(crowded.run(environment: [:]))["ranks: processors"] == .warning)

        // Two ranks on one processor, though the host has others.
        let bound = PlacementChecks([place("a", 0..<1), place("a", 0..<1), place("a", 1..<8)], rank: 0)
        #expect(statuses(bound.run(environment: [:]))["ranks: binding"] == .warning)

        let uneven = PlacementChecks([place("a", 0..<4), place("a", 4..<8), place("b", 0..<4)], rank: 2)
        let checks = uneven.run(environment: ["OPENBLAS_NUM_THREADS": "8"])
        #expect(
            statuses(checks)["ranks: hosts"] == .warning && statuses(checks)["ranks: threads"] == .warning)
        #expect(checks[0].found == "3 ranks: 2 on a, 1 on b")
    }

    @Test func sharedMemoryIsMeasuredAgainstTheRanks() {
        #expect(MemoryChecks.shared(free: 0, ranks: 1).status == .ok)
        #expect(MemoryChecks.shared(free: 4096, ranks: 2).status == .error)
        #expect(MemoryChecks.shared(free: nil, ranks: 2).status == .error)
        #expect(MemoryChecks.shared(free: 10 << 20, ranks: 4).status == .warning)
        #expect(MemoryChecks.shared(free: 64 << 20, ranks: 4).status == .ok)
    }

    @Test(arguments: [
        ("Open MPI v4.1.4", "Open MPI v4.1.4", Check.Status.ok), ("Open MPI v4.1.4", "Open MPI v4.1.6", .ok),
        ("Open MPI v4.1.4", "Open MPI v4.0.2", .warning), ("Open MPI v4.1.4", "Open MPI v5.0.1", .error),
        ("MPICH Version: 4.2.0", "Open MPI v4.1.4", .warning), ("1.10.8", "1.14.3", .warning),
        ("1.10.8", "unknown", .error),
    ])
    func librariesAreThoseOfTheBuild(built: String, found: String, status: Check.Status) {
        #expect(LibraryChecks.versions("x", built: built, found: found).status == status)
    }

    @Test func aProcessorWithoutTheInstructionsIsAnError() {
        #expect(LibraryChecks.instructions(missing: "AVX-512F", unused: nil).status == .error)
        #expect(LibraryChecks.instructions(missing: nil, unused: "AVX-512").status == .warning)
        #expect(LibraryChecks.instructions(missing: nil, unused: nil).status == .ok)
        // The tests run.
        #expect(LibraryChecks.run().allSatisfy { $0.status != .error })
    }

    private func scheduled(_ environment: [String: String], ranks: Int, hosts: Int = 1) -> [String: Check
        .Status]
    {
        let job = environment.merging(["SLURM_JOB_ID": "7"]) { $1 }
        return statuses(SchedulerChecks(environment: job, ranks: ranks, hosts: hosts, now: 1000).run())
    }

    @Test func slurmsTasksAreComparedWithTheRanks() {
        #expect(SchedulerChecks(environment: [:], ranks: 3, hosts: 1, now: 0).run().map(\.status) == [.ok])
        #expect(scheduled(["SLURM_NTASKS": "4"], ranks: 4)["Slurm: tasks"] == .ok)
        #expect(scheduled(["SLURM_NTASKS": "4"], ranks: 1)["Slurm: tasks"] == .warning)
        #expect(
            scheduled(["SLURM_NTASKS": "4", "SLURM_STEP_ID": "0"], ranks: 1)["Slurm: tasks"] == .error)
        #expect(scheduled(["SLURM_JOB_NUM_NODES": "2"], ranks: 4)["Slurm: nodes"] == .warning)
        #expect(scheduled(["SLURM_CPUS_PER_TASK": "8"], ranks: 4)["Slurm: processors a task"] == .warning)
        #expect(scheduled(["SLURM_JOB_END_TIME": "1300"], ranks: 4)["Slurm: time left"] == .warning)
        #expect(scheduled(["SLURM_JOB_END_TIME": "9000"], ranks: 4)["Slurm: time left"] == .ok)
    }

    @Test func aFileSystemIsTriedAndLeftAsItWas() throws {
        try withTemporaryDirectory { directory in
            let checks = FileSystemChecks(directory + "/runs/later").run()
            #expect(checks.allSatisfy { $0.status != .error }, "\(checks)")
            #expect(checks.count == 8)
            let left = try FileManager.default.contentsOfDirectory(atPath: directory)
            #expect(left.isEmpty)
        }
        let nowhere = FileSystemChecks("/proc/runs").run()
        #expect(
            nowhere.contains { $0.status == .error && $0.advice?.contains("nothing can be written") == true })
    }

    @Test func kindsOfFileSystemsComeFromTheMounts() {
        let mounts = """
            22 1 254:0 / / rw shared:1 - ext4 /dev/vda rw
            30 22 0:25 / /home rw - nfs4 server:/home rw
            31 22 0:26 / /a\\040b rw - xfs /dev/vdb rw
            32 30 0:27 / /home rw - tmpfs tmpfs rw
            """
        #expect(FileSystemChecks.kind(of: "/homes/x", mounts: mounts) == "ext4")
        #expect(FileSystemChecks.kind(of: "/home/x", mounts: mounts) == "tmpfs")
        #expect(FileSystemChecks.kind(of: "/a b", mounts: mounts) == "xfs")
        #expect(FileSystemChecks.kind(of: "/x", mounts: "") == nil)
        #expect(PlacementChecks.processors("\t0-3,8") == [0, 1, 2, 3, 8])
    }

    @Test func dataAreOpened() throws {
        try withTemporaryDirectory { directory in
            #expect(DataChecks.run(directory).map(\.status) == [.error])
            try Pictures.write(to: directory + "/data")
            #expect(DataChecks.run(directory + "/data").map(\.status) == [.ok, .ok])
            try write([1, 2, 3], to: directory + "/data/train-00001-of-00002.h5")
            #expect(DataChecks.run(directory + "/data").map(\.status) == [.error, .ok])
        }
    }

    /// What is the same everywhere is said once.
    @Test func findingsOfAllRanksAreOne() throws {
        let outcomes = try ThreadCommunicator.run(ranks: 4) { communicator in
            try Examination(
                [
                    .ok("same", "7"),
                    communicator.rank == 2 ? .warning("odd", "slow", "mend it") : .ok("odd", "fast"),
                    .ok("data: train", communicator.rank < 3 ? "mnist" : "strokes"),
                ] + (communicator.rank == 0 ? [.ok("spoken", "by one")] : []), of: communicator)
        }
        let checks = outcomes[3].checks
        #expect(outcomes.allSatisfy { $0.checks == checks })
        #expect(checks[0] == .ok("same", "7") && checks[3] == .ok("spoken", "by one"))
        #expect(checks[1] == .warning("odd", "ranks 0-1, 3: fast; rank 2: slow", "mend it"))
        #expect(checks[2].status == .error && checks[2].found == "ranks 0-2: mnist; rank 3: strokes")
        #expect(outcomes[0].hasErrors && outcomes[0].text.contains("1 errors, 1 warnings, 2 ok"))
    }
}
