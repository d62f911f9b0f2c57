import Collectives
import Kernels
import Store

/// Whether the program runs with what it was built for.
package enum LibraryChecks {
    /// All of them.
    package static func run() -> [Check] {
        [
            versions("MPI: version", built: MPILibrary.builtVersion, found: MPILibrary.version),
            versions("HDF5: version", built: HDF5Library.builtVersion, found: HDF5Library.version),
            deflate(HDF5Library.canCompress),
            instructions(missing: missingInstructions, unused: unusedInstructions),
            .ok("ranks: program", "digest \(programDigest())"),
        ]
    }

    /// Releases of one library, whose first two numbers say whether its functions are the same.
    static func versions(_ name: String, built: String, found: String) -> Check {
        let (expected, actual) = (numbers(built), numbers(found))
        if built == found { return .ok(name, found) }
        if !expected.isEmpty, expected.prefix(2) == actual.prefix(2) {
            return .ok(name, "\(found), built for \(built)")
        }
        let words = "\(found), built for \(built)"
        return expected.first == actual.first && !actual.isEmpty
            ? .warning(name, words, "build the program anew with the library that it runs with")
            : .error(
                name, words,
                "another library is found first: set LD_LIBRARY_PATH or load the module that the program was built with"
            )
    }

    /// The numbers of a release: 4, 1, 4 of "Open MPI v4.1.4".
    private static func numbers(_ version: String) -> [Int] {
        version.split { !$0.isNumber && $0 != "." }.last { $0.contains(".") }?
            .split(separator: ".").compactMap { Int($0) } ?? []
    }

    private static func deflate(_ isThere: Bool) -> Check {
        isThere
            ? .ok("HDF5: compression", "deflate")
            : .error(
                "HDF5: compression", "without deflate",
                "shards that are compressed cannot be read: use an HDF5 library that was built with zlib")
    }

    /// - Parameters:
    ///   - missing: what the kernels were compiled for and the processor has not.
    ///   - unused: what it has, wider than what they were compiled for.
    static func instructions(missing: String?, unused: String?) -> Check {
        let name = "processor: instructions"
        if let missing {
            return .error(
                name, "built for \(instructionSet), this processor has no \(missing)",
                "runs end with signal 4: build with TREEVAE_MARCH set to the oldest processor, such as x86-64-v3"
            )
        }
        if let unused {
            return .warning(
                name, "built for \(instructionSet), this processor has \(unused)",
                "runs are slower than they need be: build on this machine, or with TREEVAE_MARCH")
        }
        return .ok(name, instructionSet)
    }
}
