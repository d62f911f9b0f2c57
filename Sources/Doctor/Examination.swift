import Collectives
import CommandSupport
import Foundation

/// What was found on all ranks.
package struct Examination: Encodable {
    /// One for each thing that was looked at.
    package let checks: [Check]

    /// The findings of this process alone.
    package init(_ checks: [Check]) { self.checks = checks }

    /// The findings of all ranks, on every rank; collective. What is the same on all is said once, anything else with the
    /// ranks that it was found on.
    package init(_ own: [Check], of communicator: any Communicator) throws {
        let encoded = Array(try JSONEncoder().encode(own))
        let all = try communicator.allGather(encoded, purpose: "findings of the ranks").map {
            try JSONDecoder().decode([Check].self, from: Data($0))
        }
        var names: [String] = []
        for check in all.joined() where !names.contains(check.name) { names.append(check.name) }
        checks = names.map { name in
            Self.merged(name, all.map { checks in checks.first { $0.name == name } })
        }
    }

    /// - Parameter found: by rank; nil where a rank has nothing to say.
    private static func merged(_ name: String, _ found: [Check?]) -> Check {
        let worst = found.compactMap(\.self).max { $0.status < $1.status }
        guard var result = worst else { preconditionFailure("nobody has looked at \(name)") }
        var texts: [String] = []
        for check in found.compactMap(\.self) where !texts.contains(check.found) { texts.append(check.found) }
        if texts.count > 1 || (found.contains { $0 == nil } && found.count > 1 && result.status != .ok) {
            let parts = texts.map { text in
                "\(ranks(found.indices.filter { found[$0]?.found == text })): \(text)"
            }
            result.found = parts.prefix(4).joined(separator: "; ") + (parts.count > 4 ? "; …" : "")
        }
        if texts.count > 1, result.status == .ok, alike.contains(where: name.hasPrefix) {
            result.status = .error
            result.advice = "all ranks need the same: look at the hosts' directories and environments"
        }
        return result
    }

    /// What must be the same on all ranks, by the beginnings of its names.
    private static let alike = ["data:", "MPI: version", "HDF5: version", "ranks: program"]

    /// "ranks 0-3, 7".
    private static func ranks(_ numbers: [Int]) -> String {
        var spans: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = spans.last, last.upperBound + 1 == number {
                spans[spans.count - 1] = last.lowerBound...number
            } else {
                spans.append(number...number)
            }
        }
        let texts = spans.prefix(6).map {
            $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
        }
        return (numbers.count == 1 ? "rank " : "ranks ") + texts.joined(separator: ", ")
            + (spans.count > 6 ? ", …" : "")
    }

    /// Whether anything keeps runs from working.
    package var hasErrors: Bool { checks.contains { $0.status == .error } }

    /// A table for people, and what to do about all that is not well.
    package var text: String {
        var table = TextTable([.left, .left, .left])
        for check in checks { table.append([check.status.rawValue, check.name, check.found]) }
        let advice = checks.compactMap { check in
            check.advice.map { "\(check.status.rawValue): \(check.name): \($0)" }
        }
        let counts = "\(count(.error)) errors, \(count(.warning)) warnings, \(count(.ok)) ok"
        return ([table.text, ""] + advice + (advice.isEmpty ? [] : [""]) + [counts]).joined(separator: "\n")
    }

    private func count(_ status: Check.Status) -> Int { checks.count { $0.status == status } }

    private enum CodingKeys: String, CodingKey { case checks, errors, warnings }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(checks, forKey: .checks)
        try container.encode(count(.error), forKey: .errors)
        try container.encode(count(.warning), forKey: .warnings)
    }
}
