import Testing
import TestSupport

@testable import Collectives

@Suite struct LaunchTests {
    @Test(
        arguments: [
            ([:], false, nil),
            (["SLURM_NTASKS": "8", "SLURM_JOB_ID": "1"], false, nil),
            (["SLURM_NTASKS": "8", "SLURM_STEP_ID": "0", "SLURM_PROCID": "3"], false, 8),
            (["SLURM_STEP_NUM_TASKS": "4", "SLURM_NTASKS": "8", "SLURM_STEP_ID": "0"], false, 4),
            (["SLURM_STEP_NUM_TASKS": "4", "SLURM_STEP_ID": "0", "PMIX_RANK": "1"], true, 4),
            // Open MPI's daemons are tasks of a step of their own.
            (["SLURM_STEP_NUM_TASKS": "2", "SLURM_STEP_ID": "0", "OMPI_COMM_WORLD_SIZE": "1"], true, 1),
            (["OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": "1"], true, 2),
            (["PMI_SIZE": "3", "PMI_RANK": "0"], true, 3),
            (["MPI_LOCALNRANKS": "3"], true, nil),
        ] as [([String: String], Bool, Int?)])
    func readsTheEnvironment(_ variables: [String: String], _ isLaunched: Bool, _ tasks: Int?) {
        let environment = LaunchEnvironment(variables)
        #expect(environment.isLaunched == isLaunched)
        #expect(environment.tasks == tasks)
    }

    @Test func refusesTasksThatDoNotSeeEachOther() throws {
        let environment = LaunchEnvironment([
            "SLURM_STEP_NUM_TASKS": "4", "SLURM_STEP_ID": "0", "SLURM_PROCID": "2",
        ])
        #expect(environment.task == 2)
        let error = #expect(throws: LaunchError.separateTasks(count: 4)) { try environment.verify(size: 1) }
        #expect(error?.description.contains("srun --mpi=pmix") == true)
        try environment.verify(size: 4)
    }

    @Test(.needs(.noLauncher))
    func isSoloWithoutALauncher() throws {
        let communicator = try Launch.communicator()
        #expect(communicator is SoloCommunicator)
        #expect(communicator.rank == 0 && communicator.size == 1)
        var values: [Float] = [1, 2]
        try communicator.sum(&values, purpose: "test")
        try communicator.maximum(&values, purpose: "test")
        try communicator.broadcast(&values, root: 0, purpose: "test")
        #expect(try communicator.allGather(values, purpose: "test") == [[1, 2]])
        try communicator.verifyReplicas(digest: 1, what: "nothing")
        try communicator.barrier(purpose: "test")
        try communicator.finalize()
    }

    @Test func readsTheLimitsOfWaiting() throws {
        #expect(try StallLimits(environment: [:]) == StallLimits(warning: 60, abort: 1800))
        #expect(
            try StallLimits(environment: [
                "TREEVAE_STALL_WARN_SECONDS": "0.5", "TREEVAE_STALL_ABORT_SECONDS": "0",
            ]) == StallLimits(warning: 0.5, abort: 0))
        for value in ["soon", "-1", "inf", ""] {
            #expect(throws: LaunchError.badSeconds(variable: "TREEVAE_STALL_WARN_SECONDS", value: value)) {
                try StallLimits(environment: ["TREEVAE_STALL_WARN_SECONDS": value])
            }
        }
    }

    @Test(arguments: [(0, 5, 0), (5, 5, 1), (6, 5, 2), (1, 1, 1), (3, 1, 3), (10, 3, 4)])
    func piecesCoverTheCount(_ count: Int, _ limit: Int, _ pieces: Int) {
        let ranges = Array(Pieces(of: count, limit: limit))
        #expect(ranges.count == pieces)
        #expect(ranges.flatMap { Array($0) } == Array(0..<count))
        #expect(ranges.allSatisfy { $0.count <= limit })
    }
}
