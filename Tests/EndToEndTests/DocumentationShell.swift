import Foundation
import Testing
import TestSupport

/// A shell that has the program and Python on its path, and whose mpirun starts whoever runs the tests.
struct DocumentationShell {
    /// Where all is that it works with.
    let directory: String

    /// Commands that failed.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    init(_ directory: String) throws {
        self.directory = directory
        let files = FileManager.default
        try files.createDirectory(atPath: directory + "/bin", withIntermediateDirectories: true)
        try files.createSymbolicLink(
            atPath: directory + "/bin/treevae-dist", withDestinationPath: Program.path)
        // Scripts, since a link to the Python of an environment would leave the environment.
        for name in ["python", "python3"] {
            let path = "\(directory)/bin/\(name)"
            try "#!/bin/sh\nexec '\(PythonDocument.interpreter)' \"$@\"\n".write(
                toFile: path, atomically: true, encoding: .utf8)
            try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
    }

    /// Runs commands in a folder of the directory.
    func run(_ commands: String, in folder: String, seconds: Int = 300) throws {
        let script = """
            set -euo pipefail
            export PATH='\(directory)/bin':"$PATH" OPENBLAS_NUM_THREADS=1
            export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
            export OMPI_MCA_rmaps_base_oversubscribe=1 PYTHONPATH='\(Repository.root)/launch/python'
            cd '\(directory)/\(folder)'

            """
        let (file, said) = (directory + "/commands", directory + "/said")
        try (script + commands).write(toFile: file, atomically: true, encoding: .utf8)
        let status = system("timeout \(seconds) bash '\(file)' >'\(said)' 2>&1 </dev/null")
        guard status != 0 else { return }
        let text = String(decoding: FileManager.default.contents(atPath: said) ?? Data(), as: UTF8.self)
        throw Failure(description: "status \(status >> 8): \(text.suffix(3000))")
    }
}
