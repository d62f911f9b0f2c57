import ArgumentParser
import CommandSupport
import Foundation
import GradientCheck

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
        let checks = try GradientCheck.all()
        print(json ? try Report(checks).json() : text(checks))
        if !checks.allSatisfy(\.passes) { throw ExitCode.failure }
    }

    private func text(_ checks: [GradientCheck]) -> String {
        var table = TextTable([.left, .left, .right, .left])
        for check in checks {
            table.append([
                check.passes ? "ok" : "FAIL", check.name, String(format: "%.1e", check.worst.error),
                check.worst.name,
            ])
        }
        return table.text
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
    }
}
