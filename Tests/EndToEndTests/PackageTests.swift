import Foundation
import Testing
import TestSupport

extension Need {
    /// Minutes, root's rights, and Debian's packages.
    static let packaging = Need(
        "TREEVAE_PACKAGES=1: it builds anew and makes bare Debian roots", .circumstance,
        isMet: ProcessInfo.processInfo.environment["TREEVAE_PACKAGES"] == "1")
}

extension EndToEndTests {
    /// What `launch/package` makes, installed where there is neither Swift nor a compiler.
    @Suite struct PackageTests {
        @Test(.needs(.packaging), .needs(.program("debootstrap"))) func bothPackagesTrainInABareRoot() throws
        {
            try withTemporaryDirectory { directory in
                let launch = Repository.root + "/launch"
                #expect(system("'\(launch)/package' --out '\(directory)/dist' >&2") == 0)
                let short =
                    "data.limit=600 growth.max_leaves=3 training.epochs.initial=2 training.epochs.subtree=2 training.epochs.finetune=2"
                #expect(system("'\(launch)/test-package' '\(directory)/dist' \(short) >&2") == 0)
            }
        }

        /// The words of a compiler's wrapper become an entry for pkg-config.
        @Test(.needs(.program("pkg-config"))) func mpiccTellsWhereTheLibraryIs() throws {
            try withTemporaryDirectory { directory in
                let status = system(
                    """
                    bash -c '. "\(Repository.root)/launch/common.sh"; write_mpi_module \
                        "gcc -O2 -I/opt/mpi/include -L/opt/mpi/lib -Wl,-rpath -Wl,/opt/mpi/lib -lmpi -lfabric" "\(directory)"' && \
                    PKG_CONFIG_PATH='\(directory)' pkg-config --cflags --libs treevae-mpi >'\(directory)/flags'
                    """)
                #expect(status == 0)
                let flags = try String(contentsOfFile: directory + "/flags", encoding: .utf8)
                #expect(
                    flags.split(separator: " ").map { $0.trimmingCharacters(in: .newlines) }.filter {
                        !$0.isEmpty
                    }
                        == ["-I/opt/mpi/include", "-L/opt/mpi/lib", "-lmpi", "-lfabric"])
            }
        }
    }

    /// `launch/quickstart` with a file: prepared, trained on, shown.
    @Suite struct QuickstartTests {
        @Test(.needs(.mpirun)) func aFileOfOnesOwnBecomesAPage() throws {
            try withTemporaryDirectory { directory in
                // The program that is there in place of a build.
                let files = FileManager.default
                try files.createDirectory(atPath: directory + "/bin", withIntermediateDirectories: true)
                try files.createDirectory(
                    atPath: directory + "/checkout/launch", withIntermediateDirectories: true)
                for name in ["quickstart", "common.sh"] {
                    try files.copyItem(
                        atPath: Repository.root + "/launch/" + name,
                        toPath: directory + "/checkout/launch/" + name)
                }
                try "#!/bin/sh\nexit 0\n".write(
                    toFile: directory + "/checkout/launch/setup", atomically: true, encoding: .utf8)
                let folder = URL(fileURLWithPath: Program.path).deletingLastPathComponent().path
                try "#!/bin/sh\ncase $* in *--show-bin-path*) echo '\(folder)' ;; esac\n".write(
                    toFile: directory + "/bin/swift", atomically: true, encoding: .utf8)
                for path in ["bin/swift", "checkout/launch/setup"] {
                    try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory + "/" + path)
                }
                let rows = (0..<120).map {
                    "\($0 % 2 == 0 ? 0 : 5).\($0),\($0 % 2 == 0 ? 1 : 9).\($0 % 7),\($0 % 2)"
                }
                try (["a,b,kind"] + rows).joined(separator: "\n").write(
                    toFile: directory + "/own.csv", atomically: true, encoding: .utf8)
                let status = system(
                    "cd '\(directory)' && PATH='\(directory)/bin':\"$PATH\" checkout/launch/quickstart own.csv --label kind >output 2>said </dev/null"
                )
                let said = (try? String(contentsOfFile: directory + "/said", encoding: .utf8)) ?? ""
                #expect(status == 0, "\(said.suffix(2000))")
                let output = try String(contentsOfFile: directory + "/output", encoding: .utf8)
                #expect(output.hasSuffix("report      runs/own/report.html\n"))
                #expect(files.fileExists(atPath: directory + "/runs/own/report.html"))
            }
        }
    }
}
