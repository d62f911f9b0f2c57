import Foundation
import TestSupport
import Testing

extension EndToEndTests {
    /// A few seconds of what launch/fuzz does for hours.
    @Suite struct FuzzTests {
        @Test func damagedInputsAreReadOrRefused() throws {
            try withTemporaryDirectory { directory in
                let fuzz = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
                    .deletingLastPathComponent().appendingPathComponent("Fuzz").path
                let process = Process()
                let output = Pipe()
                process.executableURL = URL(fileURLWithPath: fuzz)
                process.arguments = [
                    "--seconds", "12", "--program", Program.path, "--findings", directory + "/findings",
                    "--seed",
                    "\(UInt64.random(in: 0...999_999))",
                ]
                process.standardOutput = output
                process.standardError = output
                try process.run()
                let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                process.waitUntilExit()
                #expect(process.terminationStatus == 0, "\(said)")
                #expect(said.contains(" 0 findings"), "\(said)")
            }
        }
    }
}
