import Foundation
import Testing
import TestSupport
import Version

/// What the pages of the documentation name exists: files, headings, declarations, the release.
@Suite struct DocumentationNamesTests {
    /// Files of the repository that a page names in code voice, with `*` for any text.
    @Test func namedFilesExist() throws {
        for path in try MarkdownPage.paths() {
            for match in try MarkdownPage(path).prose.matches(
                of: /`((?:Sources|Tests|launch|configs|docs|Plugins)\/[^`\s]*)`/)
            {
                // A name that stands for any.
                if match.1.contains("/Name.") { continue }
                let found = system("ls -d '\(Repository.root)'/\(match.1) >/dev/null 2>&1") == 0
                #expect(found, "\(path) names \(match.1)")
            }
        }
    }

    /// Links to other pages and to their headings.
    @Test func linksLeadSomewhere() throws {
        for path in try MarkdownPage.paths() {
            let folder = path.split(separator: "/").dropLast().map { $0 + "/" }.joined()
            for match in try MarkdownPage(path).prose.matches(of: /\]\(([^()\s]+)\)/) {
                let target = match.1.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
                if match.1.contains("://") { continue }
                let file = target[0].isEmpty ? path : folder + target[0]
                let exists = FileManager.default.fileExists(atPath: "\(Repository.root)/\(file)")
                #expect(exists, "\(path) links to \(match.1)")
                guard target.count == 2, exists else { continue }
                let page = try MarkdownPage(try #require(Self.normalised(file)))
                let headings = page.prose.split(separator: "\n").filter { $0.hasPrefix("#") }
                    .map { Self.anchor(of: $0) }
                #expect(headings.contains(String(target[1])), "\(path) links to \(match.1)")
            }
        }
    }

    /// The path without `..`.
    private static func normalised(_ path: String) -> String? {
        let whole = URL(fileURLWithPath: "\(Repository.root)/\(path)").standardizedFileURL.path
        guard whole.hasPrefix(Repository.root + "/") else { return nil }
        return String(whole.dropFirst(Repository.root.count + 1))
    }

    /// What GitHub makes of a heading.
    private static func anchor(of heading: Substring) -> String {
        let words = heading.drop { $0 == "#" || $0 == " " }.lowercased()
        return String(words.filter { $0.isLetter || $0.isNumber || " -_".contains($0) })
            .replacing(" ", with: "-")
    }

    /// docs/method.md: a file, and what is declared in it.
    @Test func methodNamesWhatIsDeclared() throws {
        let page = try MarkdownPage("docs/method.md")
        var names = 0
        for match in page.prose.matches(of: /`((?:Sources|Tests)\/[^`]+)`: ((?:`\w+`(?:, )?)+)/) {
            let source = try Repository.text(of: String(match.1))
            for name in match.2.matches(of: /`(\w+)`/).map(\.1) {
                let declaration = try Regex(
                    #"\b(func|var|let|case|struct|class|enum|protocol) (\w+, )*"# + name + #"\b"#)
                #expect(source.contains(declaration), "\(match.1) declares no \(name)")
                names += 1
            }
        }
        #expect(names > 80)
        // The appendix's (17) to (19) are between "(16) to (20)".
        for equation in Array(1...16) + [20] {
            #expect(page.text.contains("(\(equation))"), "equation \(equation) has no row")
        }
    }

    @Test func releasesAgree() throws {
        let number = Version.number
        #expect(try Repository.text(of: "CITATION.cff").contains("\nversion: \(number)\n"))
        #expect(try Repository.text(of: "README.md").contains("  version = {\(number)},\n"))
        let first = try Repository.text(of: "CHANGELOG.md").split(separator: "\n").first {
            $0.hasPrefix("## ")
        }
        #expect(first?.hasPrefix("## [\(number)]") == true)
    }
}
