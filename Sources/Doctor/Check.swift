/// One thing that was looked at, and how it is.
package struct Check: Codable, Equatable, Sendable {
    /// How serious it is.
    package enum Status: String, Codable, Comparable, Sendable {
        /// As it should be.
        case ok
        /// Runs work, but slowly or with a risk.
        case warning
        /// Runs fail, or come to grief later.
        case error

        package static func < (left: Status, right: Status) -> Bool { left.order < right.order }

        private var order: Int {
            switch self {
            case .ok: 0
            case .warning: 1
            case .error: 2
            }
        }
    }

    /// What was looked at: "shared memory: size".
    package let name: String
    /// How it is.
    package var status: Status
    /// What was found.
    package var found: String
    /// What to do about it; nil where all is well.
    package var advice: String?

    package static func ok(_ name: String, _ found: String) -> Check {
        Check(name: name, status: .ok, found: found, advice: nil)
    }

    package static func warning(_ name: String, _ found: String, _ advice: String) -> Check {
        Check(name: name, status: .warning, found: found, advice: advice)
    }

    package static func error(_ name: String, _ found: String, _ advice: String) -> Check {
        Check(name: name, status: .error, found: found, advice: advice)
    }
}
