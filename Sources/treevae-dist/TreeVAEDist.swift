import ArgumentParser
import BenchmarkCommands
import CommandSupport
import ComparisonCommands
import Doctor
import Foundation
import Kernels
import ResultCommands

@main
struct TreeVAEDist: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "treevae-dist",
        abstract: "Train Tree Variational Autoencoders on any number of ranks.",
        discussion: """
            Results go to standard output, messages to standard error; the exit status is 0 only on success.

            EXAMPLES:
              mpirun -np 2 treevae-dist
              treevae-dist prepare mnist --from downloads/mnist --out data/mnist
              mpirun -np 2 treevae-dist train --config configs/mnist.yml --data data/mnist --out runs/mnist
              treevae-dist inspect runs/mnist/model.h5
              treevae-dist eval --checkpoint runs/mnist/model.h5 --data data/mnist --json
            """,
        subcommands: [
            TrainCommand.self, SweepCommand.self, ReproduceCommand.self, PrepareCommand.self,
            EvalCommand.self, AssignCommand.self,
            SampleCommand.self,
            ReconstructCommand.self, ReportCommand.self, InspectCommand.self, ExportCommand.self,
            ImportCommand.self, CutCommand.self, ScoreCommand.self, ClusterCommand.self,
            GradcheckCommand.self, BenchCommand.self, DoctorCommand.self, ManualCommand.self,
        ],
        defaultSubcommand: TrainCommand.self)

    @Flag(help: "Print the version and what the program was built with.")
    var version = false

    func validate() throws {
        if version { throw CleanExit.message(VersionText.text) }
    }

    static func main() {
        // What bench compares with a rank's speed is one thread of OpenBLAS, unless told otherwise.
        let threads = ProcessInfo.processInfo.environment["OPENBLAS_NUM_THREADS"].flatMap { Int($0) }
        setMatrixThreads(max(1, threads ?? 1))
        StandardOutput.checkAtExit()
        main(nil)
    }
}
