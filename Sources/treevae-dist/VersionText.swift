import Collectives
import Kernels
import Store
import Version

/// What `--version` prints: all that a report of a fault should say of the program.
enum VersionText {
    static var text: String {
        """
        treevae-dist \(Version.number)
        commit        \(Version.commit)
        Swift         \(Version.swift)
        MPI           \(MPILibrary.version)
        HDF5          \(HDF5Library.version)
        instructions  \(instructionSet)
        """
    }
}
