import Foundation
import Testing
import TestSupport

@testable import Configuration

@Suite struct FilesTests {
    @Test func embeddedDefaultIsTheStrokesFile() throws {
        #expect(try Repository.text(of: "configs/strokes.yml") == Configuration.embeddedDefault)
    }

    @Test func everyShippedFileIsValid() throws {
        let folder = Repository.root + "/configs"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
            $0.hasSuffix(".yml")
        }
        #expect(files.count >= 4)
        for file in files {
            _ = try Configuration(file: "\(folder)/\(file)")
        }
        _ = try Configuration(file: nil)
    }

    @Test(arguments: ["mnist.yml", "fashion-mnist.yml"])
    func paperSettingsAreTheDefaults(_ file: String) throws {
        #expect(
            try Configuration(yaml: Repository.text(of: "configs/\(file)"), place: file) == Configuration())
    }

    /// The rows `| `key` | default | ...` of docs/configuration.md.
    @Test func documentedKeysAndDefaultsAreThose() throws {
        let rows = try Repository.text(of: "docs/configuration.md").split(separator: "\n")
            .filter { $0.hasPrefix("| `") }
            .map { $0.split(separator: "|").prefix(2).map { $0.trimmingCharacters(in: ["`", " "]) } }
        #expect(rows.map { $0[0] } == Configuration.keys.map(\.name))
        #expect(rows.map { $0[1] } == Configuration.keys.map(\.defaultText))
    }

    @Test func documentedWordsAreThoseOfTheChoices() throws {
        let rows = try Repository.text(of: "docs/configuration.md").split(separator: "\n")
        for key in Configuration.keys {
            guard case .word(let words) = key.kind else { continue }
            let row = try #require(rows.first { $0.hasPrefix("| `\(key.name)`") })
            for word in words { #expect(row.contains("`\(word)`"), "\(key.name): \(word)") }
        }
    }
}
