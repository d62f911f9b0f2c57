/// Why the ranks of a job cannot start together.
public enum LaunchError: Error, Equatable, CustomStringConvertible {
    /// So many tasks were started, each of which sees itself alone.
    case separateTasks(count: Int)
    /// An environment variable should hold seconds and does not.
    case badSeconds(variable: String, value: String)
    /// The ranks of a host have too little memory to share, in bytes.
    case sharedMemory(free: Int, needed: Int)

    /// What was wrong and what to do.
    public var description: String {
        switch self {
        case .separateTasks(let count):
            "\(count) tasks were started, but each sees one rank, so they would do the same work \(count) times "
                + "and overwrite each other's files; start them with srun --mpi=pmix (srun --mpi=list shows "
                + "what this cluster has) or with the mpirun of the MPI library this program is linked with"
        case .sharedMemory(let free, let needed):
            "/dev/shm has \(free >> 10) KiB free, the ranks on this host need \(needed >> 10) KiB to exchange messages: give "
                + "the container more (docker run --shm-size=64m), or remove what fills it"
        case .badSeconds(let variable, let value):
            "the environment variable \(variable) is \"\(value)\"; set it to a number of seconds, 0 for never"
        }
    }

    /// Whether it concerns one host alone.
    var isOfHost: Bool { if case .sharedMemory = self { true } else { false } }
}
