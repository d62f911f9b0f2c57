import Testing

@testable import GradientCheck

@Suite struct GradientCheckTests {
    @Test func everyLayerAndWholeModelsPass() throws {
        let checks = try GradientCheck.all()
        #expect(checks.count >= 13)
        #expect(Set(checks.map(\.name)).count == checks.count)
        for check in checks {
            #expect(
                check.worst.error <= 1e-5, "\(check.name): \(check.worst.name) is off by \(check.worst.error)"
            )
            #expect(check.passes)
        }
    }
}
