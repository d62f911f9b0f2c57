import ArgumentParser
import Collectives
import CommandSupport
import Foundation

/// `treevae-dist doctor`: what can be known before a run.
package struct DoctorCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check the machine: MPI, ranks and processors, memory, file system, libraries, Slurm.",
        discussion: """
            Start it as the run will be started, with as many ranks on the same hosts. It looks at how MPI starts and \
            whether numbers cross between ranks, where the ranks are, shared memory, what the file system of the run's \
            directory can do, the libraries and the processor against those of the build, and what Slurm says. The table \
            is printed once for all ranks; the exit status is 1 if anything is an error.

            EXAMPLES:
              treevae-dist doctor
              mpirun -np 4 treevae-dist doctor --run-directory runs/mnist --data data/mnist
              srun --mpi=pmix treevae-dist doctor --json
            """)

    @Option(
        help: ArgumentHelp("Directory that a run is to write to; it need not be there.", valueName: "dir"),
        completion: .directory)
    var runDirectory = "runs"

    @Option(
        help: ArgumentHelp("Directory of shards that every rank is to open.", valueName: "dir"),
        completion: .directory)
    var data: String?

    @Flag(help: "Print one JSON object: checks with name, status, found and advice; errors; warnings.")
    var json = false

    package init() {}

    package func run() throws {
        let environment = LaunchEnvironment(ProcessInfo.processInfo.environment)
        let ranksOnHost = environment.tasksOnHost ?? 1
        let before = LibraryChecks.run() + MemoryChecks.run(ranks: ranksOnHost)
        // MPI hangs where it has no room; and where it does not start, nobody can be asked.
        let isCramped = MemoryChecks.shared(free: freeSharedMemory(), ranks: ranksOnHost).status == .error
        guard !isCramped else {
            return try end(Examination(before + own), speaks: environment.taskOnHost == 0)
        }
        let communicator: any Communicator
        do {
            communicator = try Launch.communicator()
        } catch {
            let start = Check.error("MPI: start", "\(error)", "no run with several ranks can start here")
            return try end(Examination([start] + before + own), speaks: environment.task == 0)
        }
        let examination: Examination
        do {
            examination = try examine(communicator, before)
            try communicator.finalize()
        } catch {
            printToStandardError("Error: \(error)")
            communicator.abort(code: 1)
        }
        try end(examination, speaks: communicator.rank == 0)
    }

    /// What each rank can look at by itself.
    private var own: [Check] {
        FileSystemChecks(runDirectory).run() + (data.map { DataChecks.run($0) } ?? [])
    }

    private func examine(_ communicator: any Communicator, _ before: [Check]) throws -> Examination {
        let placement = try PlacementChecks(communicator)
        var checks = [Check.ok("MPI: start", "works")]
        if let exchange = try ExchangeChecks.run(communicator) { checks.append(exchange) }
        checks += placement.run() + before + own
        checks += SchedulerChecks(ranks: communicator.size, hosts: placement.hostCount).run()
        return try Examination(checks, of: communicator)
    }

    private func end(_ examination: Examination, speaks: Bool) throws {
        if speaks { print(json ? try examination.json() : examination.text) }
        if examination.hasErrors { throw ExitCode.failure }
    }
}
