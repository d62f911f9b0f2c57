import Foundation

extension Terminal {
    /// What the messages of this process can be shown on: its standard error where that is a terminal, else the one that
    /// the launcher of ranks hands messages on to.
    ///
    /// - Parameter drawsOver: whether lines are to be drawn over, whatever was found; nil to go by that.
    public static func ofMessages(drawsOver: Bool? = nil) -> Terminal {
        let environment = ProcessInfo.processInfo.environment
        var terminal = Terminal(descriptor: 2, environment: environment)
        if !terminal.isInteractive, drawsOver != false, let width = widthOfLauncher() {
            terminal = Terminal(isTerminal: true, width: width, environment: environment)
        }
        if let drawsOver, drawsOver != terminal.isInteractive {
            terminal.isInteractive = drawsOver
            terminal.showsColour = false
        }
        return terminal
    }

    /// Programs that start ranks and hand on what these write, by the names that the kernel has of them (15 characters at
    /// most): those of Open MPI, MPICH's Hydra, Slurm.
    private static let launchers: Set<String> = [
        "mpirun", "mpiexec", "orterun", "prterun", "mpiexec.hydra", "mpirun.openmpi", "mpiexec.openmp",
        "mpirun.mpich", "mpiexec.mpich", "hydra_pmi_proxy", "srun",
    ]

    /// Columns of the terminal that a launcher among this process's ancestors writes its standard error to; nil where there
    /// is none.
    private static func widthOfLauncher() -> Int? {
        var process = getppid()
        // A proxy, a shell or a time limit may stand between.
        for _ in 0..<5 where process > 1 {
            guard let (name, parent) = nameAndParent(of: process) else { return nil }
            if launchers.contains(name), let width = widthOfTerminal(behind: process) { return width }
            process = parent
        }
        return nil
    }

    /// From `/proc/PID/stat`: `PID (NAME) STATE PARENT`.
    private static func nameAndParent(of process: pid_t) -> (String, pid_t)? {
        guard let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let start = line.firstIndex(of: "("), let end = line.lastIndex(of: ")")
        else { return nil }
        let rest = line[line.index(after: end)...].split(separator: " ")
        guard rest.count > 1, let parent = pid_t(rest[1]) else { return nil }
        return (String(line[line.index(after: start)..<end]), parent)
    }

    private static func widthOfTerminal(behind process: pid_t) -> Int? {
        let descriptor = open("/proc/\(process)/fd/2", O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard isatty(descriptor) == 1 else { return nil }
        return width(of: descriptor) ?? 80
    }
}
