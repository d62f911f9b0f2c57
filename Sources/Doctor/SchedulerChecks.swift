import Foundation

/// What Slurm says about the job against what MPI found.
package struct SchedulerChecks {
    let environment: [String: String]
    /// Ranks that found each other, and hosts that they are on.
    let ranks: Int
    let hosts: Int
    /// Seconds since 1970.
    let now: Double

    package init(
        environment: [String: String] = ProcessInfo.processInfo.environment, ranks: Int, hosts: Int,
        now: Double = Date().timeIntervalSince1970
    ) {
        self.environment = environment
        self.ranks = ranks
        self.hosts = hosts
        self.now = now
    }

    private func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }

    /// All of them; one alone where there is no scheduler.
    package func run() -> [Check] {
        guard let job = environment["SLURM_JOB_ID"] else { return [.ok("Slurm: job", "none")] }
        return [.ok("Slurm: job", job), tasks, nodes, processors, timeLeft].compactMap(\.self)
    }

    private var tasks: Check? {
        let isStep = environment["SLURM_STEP_ID"] != nil
        guard let tasks = (isStep ? number("SLURM_STEP_NUM_TASKS") : nil) ?? number("SLURM_NTASKS") else {
            return nil
        }
        let words = "\(tasks) tasks, \(ranks) \(ranks == 1 ? "rank" : "ranks")"
        if tasks == ranks { return .ok("Slurm: tasks", words) }
        if ranks == 1, isStep {
            return .error(
                "Slurm: tasks", words,
                "each task sees itself alone: start them with srun --mpi=pmix (srun --mpi=list shows what there is)"
            )
        }
        return .warning(
            "Slurm: tasks", words,
            ranks < tasks
                ? "the job has more tasks than the run has ranks: start it with srun --mpi=pmix, or mpirun without -np"
                : "the run has more ranks than the job has tasks: ask for them with --ntasks")
    }

    private var nodes: Check? {
        guard let nodes = number("SLURM_JOB_NUM_NODES") ?? number("SLURM_NNODES") else { return nil }
        let words = "\(nodes) nodes, ranks on \(hosts)"
        return nodes == hosts
            ? .ok("Slurm: nodes", words)
            : .warning("Slurm: nodes", words, "some nodes of the job have nothing to do: give each its ranks")
    }

    private var processors: Check? {
        guard let count = number("SLURM_CPUS_PER_TASK") else { return nil }
        return count == 1
            ? .ok("Slurm: processors a task", "1")
            : .warning(
                "Slurm: processors a task", "\(count)",
                "a rank computes on one: ask for more tasks instead (--ntasks, --cpus-per-task=1)")
    }

    private var timeLeft: Check? {
        guard let end = number("SLURM_JOB_END_TIME") else { return nil }
        let minutes = Int((Double(end) - now) / 60)
        return minutes >= 10
            ? .ok("Slurm: time left", "\(minutes) min")
            : .warning(
                "Slurm: time left", "\(minutes) min",
                "a run that is ended goes on with --resume: let the job send SIGUSR1 before (--signal=USR1@60)"
            )
    }
}
