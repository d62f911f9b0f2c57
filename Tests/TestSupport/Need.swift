import Foundation
import Testing

/// What a test needs that a machine may lack.
///
/// A test without it is skipped with the reason in words, which `launch/test` repeats at its end: no test returns
/// silently. Packages are for everybody to have: with `CI=true` a test that lacks one fails.
public struct Need: Sendable {
    /// How it comes to a machine.
    public enum Kind: Sendable {
        /// It can be installed, and `launch/test` does where it may.
        case package
        /// It is a property of the machine or of how the tests were started, or too large to ask for.
        case circumstance
    }

    let words: String
    let kind: Kind
    let isMet: @Sendable () -> Bool

    /// - Parameter words: what is needed, as in "needs Python's h5py".
    public init(_ words: String, _ kind: Kind, isMet: @autoclosure @escaping @Sendable () -> Bool) {
        self.words = words
        self.kind = kind
        self.isMet = isMet
    }

    /// A package that a machine of continuous integration lacks.
    private struct MissingPackage: Error, CustomStringConvertible {
        let description: String
    }

    /// Whether the test can run; throws where it should be able to.
    func isFulfilled() throws -> Bool {
        if isMet() { return true }
        if kind == .package, ProcessInfo.processInfo.environment["CI"] == "true" {
            throw MissingPackage(description: "needs \(words), and CI=true asks for every package")
        }
        return false
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test, or all of a suite, that lacks what it needs.
    public static func needs(_ need: Need) -> Self {
        .enabled("needs \(need.words)") { try need.isFulfilled() }
    }
}

extension Need {
    /// A module of the Python that `TREEVAE_PYTHON` names, by the name that it is imported by.
    public static func python(_ module: String) -> Need {
        Need("Python's \(module)", .package, isMet: PythonDocument.has(module))
    }

    /// PyTorch, which nobody is asked to install: the figures that it gives are recorded in other tests.
    public static let torch = Need(
        "Python's torch (optional)", .circumstance, isMet: PythonDocument.has("torch"))

    /// A program on the search path.
    public static func program(_ name: String) -> Need {
        Need(name, .package, isMet: executable(name) != nil)
    }

    /// The launcher of ranks.
    public static let mpirun = program("mpirun")

    /// A browser without a screen.
    public static let browser = Need("Chromium", .package, isMet: Browser.program != nil)

    /// A file or directory of published data, by its path in `../shared/data`.
    public static func sharedData(_ path: String) -> Need {
        Need(
            "../shared/data/\(path)", .circumstance,
            isMet: FileManager.default.fileExists(atPath: "\(Repository.sharedData)/\(path)"))
    }

    /// A launcher of ranks that started the tests themselves.
    public static let launcher = Need(
        "mpirun to start it, as launch/test does on 1, 2 and 4 ranks", .circumstance, isMet: isLaunched)

    /// No launcher that started the tests themselves.
    public static let noLauncher = Need("to be started without mpirun", .circumstance, isMet: !isLaunched)

    private static var isLaunched: Bool {
        // Open MPI; MPICH and what is built on it.
        ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"].contains { ProcessInfo.processInfo.environment[$0] != nil }
    }

    /// A user whom permissions bind.
    public static let anotherUserThanRoot = Need(
        "another user than root, who may write everywhere", .circumstance, isMet: getuid() != 0)

    /// Code as its users run it.
    public static let optimisation = Need("an optimised build", .circumstance, isMet: isOptimised)

    private static var isOptimised: Bool {
        #if DEBUG
            false
        #else
            true
        #endif
    }
}
