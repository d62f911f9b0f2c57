import Foundation

/// `Tests/FaultShim/fault_shim.c`: a disk that fails once.
enum FaultShim {
    /// How an operation goes wrong.
    enum Kind: String {
        case eio, enospc, short, drop, length

        /// Those of one operation.
        static let single = [eio, enospc, short, drop]
    }

    /// The library, compiled beside the tests; nil where there is no compiler.
    static let path: String? = {
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("FaultShim/fault_shim.c").path
        let library = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("fault_shim.so").path
        let compilers = ["clang", "gcc"].map {
            "\($0) -shared -fPIC -O1 -o '\(library)' '\(source)' -ldl 2>/dev/null"
        }
        return compilers.contains { system($0) == 0 } ? library : nil
    }()

    /// What the program is to be started with, so that operation `number` on files below `directory` goes wrong; with 0
    /// none does. The number of operations goes to the file `log`.
    static func environment(_ kind: Kind, number: Int, below directory: String, log: String) -> [String:
        String]
    {
        [
            "LD_PRELOAD": path ?? "", "FAULT_DIRECTORY": directory, "FAULT_NUMBER": "\(number)",
            "FAULT_KIND": kind.rawValue, "FAULT_LOG": log,
        ]
    }
}
