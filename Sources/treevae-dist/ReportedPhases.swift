import ArgumentParser
import Configuration

/// The phases that `--report-every` names: one, or with `phase` all of them.
struct ReportedPhases: ExpressibleByArgument {
    let phases: Set<Phase>

    init?(argument: String) {
        if argument == "phase" {
            phases = Set(Phase.allCases)
        } else if let phase = Phase(rawValue: argument) {
            phases = [phase]
        } else {
            return nil
        }
    }

    /// What may be named.
    static var names: String {
        (["phase (any)"] + Phase.allCases.map(\.rawValue)).joined(separator: ", ")
    }
}
