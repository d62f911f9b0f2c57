import ArgumentParser
import Testing

@testable import treevae_dist

@Suite struct VersionTextTests {
    /// A line for each, and none that says nothing.
    @Test func saysWhatAReportOfAFaultNeeds() throws {
        let lines = VersionText.text.split(separator: "\n")
        try #require(lines.count == 6)
        #expect(lines[0].wholeMatch(of: /treevae-dist \d+\.\d+\.\d+/) != nil)
        #expect(lines[1].wholeMatch(of: /commit        (unknown|[0-9a-f]{12}(-dirty)?)/) != nil)
        #expect(lines[2].wholeMatch(of: /Swift         \d+\.\d+.*/) != nil)
        #expect(lines[3].wholeMatch(of: /MPI           .*\d+\.\d+.*/) != nil)
        #expect(lines[4].wholeMatch(of: /HDF5          \d+\.\d+\.\d+/) != nil)
        #expect(lines[5].wholeMatch(of: /instructions  .+ \(-march=.+\)/) != nil)
    }

    @Test(arguments: [["--version"], ["train", "--version"]])
    func endsTheProgramInSuccess(_ arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try TreeVAEDist.parseAsRoot(arguments) }
        guard let error else { return }
        #expect(TreeVAEDist.exitCode(for: error) == .success)
        #expect(TreeVAEDist.message(for: error) == VersionText.text)
    }
}
