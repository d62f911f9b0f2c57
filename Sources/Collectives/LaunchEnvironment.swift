import Glibc

/// What the environment says about how this process was started.
package struct LaunchEnvironment: Equatable {
    /// Whether an MPI launcher started it, so that the library is to be started too.
    package let isLaunched: Bool
    /// Tasks that were started together, where the environment tells.
    let tasks: Int?
    /// Which of them this is.
    package let task: Int

    /// Tasks on this host, where the environment tells.
    package let tasksOnHost: Int?
    /// Which of the tasks on this host this is.
    package let taskOnHost: Int

    /// What the variables of a process say.
    package init(_ environment: [String: String]) {
        func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }

        // Open MPI's mpirun; Hydra (MPICH, Intel MPI) and Slurm's PMI-1 and PMI-2; MVAPICH; PMIx (srun
        // --mpi=pmix, prterun).
        let ofLauncher = ["OMPI_COMM_WORLD", "PMI", "MV2_COMM_WORLD"]
        let marks = ofLauncher.flatMap { ["\($0)_SIZE", "\($0)_RANK"] }
        isLaunched =
            (marks + ["PMIX_RANK", "PMIX_NAMESPACE", "PMI_FD", "MPI_LOCALNRANKS"])
            .contains { environment[$0] != nil }

        // Under mpirun, Slurm's variables describe its daemons, so they come last. The number of tasks of an
        // allocation (SLURM_NTASKS) counts inside a step only: a batch script runs once.
        let ofStep =
            environment["SLURM_STEP_ID"] == nil
            ? nil : number("SLURM_STEP_NUM_TASKS") ?? number("SLURM_NTASKS")
        tasks = ofLauncher.lazy.compactMap { number("\($0)_SIZE") }.first ?? ofStep
        task = ofLauncher.lazy.compactMap { number("\($0)_RANK") }.first ?? number("SLURM_PROCID") ?? 0
        tasksOnHost =
            ofLauncher.lazy.compactMap { number("\($0)_LOCAL_SIZE") }.first ?? number("MPI_LOCALNRANKS")
        taskOnHost =
            ofLauncher.lazy.compactMap { number("\($0)_LOCAL_RANK") }.first ?? number("MPI_LOCALRANKID")
            ?? number("SLURM_LOCALID") ?? task
    }

    /// - Throws: ``LaunchError/separateTasks(count:)`` if several tasks were started and only `size` ranks
    ///   found each other.
    func verify(size: Int) throws(LaunchError) {
        if size == 1, let tasks, tasks > 1 { throw .separateTasks(count: tasks) }
    }

    /// Requires room for what the ranks of a host exchange through its memory: without it MPI libraries hang as they
    /// start.
    /// - Throws: ``LaunchError/sharedMemory(free:needed:)``.
    func verifySharedMemory() throws(LaunchError) {
        guard let tasksOnHost, tasksOnHost > 1, let free = freeSharedMemory() else { return }
        let needed = tasksOnHost * sharedBytesOfTask
        if free < needed { throw .sharedMemory(free: free, needed: needed) }
    }
}

/// What Open MPI was seen to take of `/dev/shm` for each rank, and a reserve.
package let sharedBytesOfTask = 2 << 20

/// Free bytes of `/dev/shm`; nil where there is no such place.
public func freeSharedMemory() -> Int? {
    var status = statvfs()
    guard statvfs("/dev/shm", &status) == 0 else { return nil }
    return Int(status.f_bavail) * Int(status.f_frsize)
}
