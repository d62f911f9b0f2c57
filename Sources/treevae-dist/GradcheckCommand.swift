import ArgumentParser
import Foundation
import GradientCheck
import Kernels

/// `treevae-dist gradcheck`: finite differences against analytic gradients.
struct GradcheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gradcheck",
        abstract: "Check the gradients of every layer and of whole models by finite differences.",
        discussion: """
            Runs in double precision. Each line is a layer or a model, its worst tensor and that tensor's \
            relative error; the exit status is 0 if all are at most 1e-5.

            EXAMPLES:
              treevae-dist gradcheck
              treevae-dist gradcheck --json
            """)

    @Flag(help: "Print one JSON object: worst, tolerance, and checks with name, tensor and error.")
    var json = false

    func run() throws {
        setMatrixThreads(1)
        let checks = try GradientCheck.all()
        print(json ? try Report(checks).json() : text(checks))
        if !checks.allSatisfy(\.passes) { throw ExitCode.failure }
    }

    private func text(_ checks: [GradientCheck]) -> String {
        let width = checks.map(\.name.count).max() ?? 0
        return checks.map { check in
            let name = check.name.padding(toLength: width, withPad: " ", startingAt: 0)
            let error = String(format: "%.1e", check.worst.error)
            return "\(check.passes ? "ok  " : "FAIL")  \(name)  \(error)  \(check.worst.name)"
        }.joined(separator: "\n")
    }

    private struct Report: Encodable {
        struct Check: Encodable {
            let name: String
            let tensor: String
            let error: Double
        }
        let worst: Double
        let tolerance: Double
        let checks: [Check]

        init(_ checks: [GradientCheck]) {
            worst = checks.map(\.worst.error).max() ?? 0
            tolerance = GradientCheck.tolerance
            self.checks = checks.map { Check(name: $0.name, tensor: $0.worst.name, error: $0.worst.error) }
        }

        func json() throws -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}
