import Foundation
import Testing
import TestSupport

/// The rooms of the house and the arrows between them, as CONTRIBUTING.md tells them.
///
/// Package.swift refuses arrows in a circle. It lets a target import what another of its dependencies brings along,
/// though, and then an arrow is nowhere to be seen.
@Suite struct ArrowTests {
    /// The sources of a target: path and text.
    private static func sources(of target: String) throws -> [(path: String, text: String)] {
        let directory = "\(Repository.root)/Sources/\(target)"
        let names = FileManager.default.enumerator(atPath: directory)?.allObjects as? [String] ?? []
        return try names.filter { $0.hasSuffix(".swift") }.sorted().map {
            (
                "Sources/\(target)/\($0)",
                try Repository.text(of: "Sources/\(target)/\($0)")
            )
        }
    }

    private static var targets: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: "\(Repository.root)/Sources").sorted()
        }
    }

    /// What Package.swift says that a target depends on.
    private static func dependencies(of target: String) throws -> Set<String> {
        let manifest = try Repository.text(of: "Package.swift")
        // From the target's name to the next target.
        let name = try #require(
            manifest.range(of: "arget(\n            name: \"\(target)\"")
                ?? manifest.range(of: "arget(name: \"\(target)\""), "\(target) is no target of Package.swift")
        let rest = manifest[name.upperBound...]
        let end =
            rest.range(of: #"\.\w*[tT]arget\("#, options: .regularExpression)?.lowerBound ?? rest.endIndex
        guard let list = rest[..<end].range(of: #"dependencies: \[[^\]]*\]"#, options: .regularExpression)
        else { return [] }
        return Set(rest[list].matches(of: #/"(\w+)"/#).map { String($0.1) })
    }

    private static func imports(of text: String) -> Set<String> {
        Set(
            text.matches(
                of: #/^(?:@\w+ |internal |package |public )*import (?:\w+ )?(\w+)/#.anchorsMatchLineEndings()
            )
            .map { String($0.1) })
    }

    @Test func everyImportIsAnArrowOfTheManifest() throws {
        let targets = Set(try Self.targets)
        for target in targets.sorted() {
            let sources = try Self.sources(of: target)
            guard !sources.isEmpty else { continue }
            let arrows = try Self.dependencies(of: target)
            var imported: Set<String> = []
            for source in sources {
                let names = Self.imports(of: source.text)
                imported.formUnion(names)
                for name in names where targets.contains(name) {
                    #expect(
                        arrows.contains(name),
                        "\(source.path) imports \(name), which Package.swift does not name")
                }
            }
            for arrow in arrows where targets.contains(arrow) {
                #expect(
                    imported.contains(arrow),
                    "Package.swift names \(arrow) for \(target), which does not import it")
            }
        }
    }

    /// C symbols stay inside the target that wraps them.
    @Test func systemLibrariesHaveOneOwner() throws {
        let owners = [
            "CMPI": ["Collectives"], "CHDF5": ["Store"], "COpenBLAS": ["Kernels"], "CArchive": ["Archives"],
            "CPNG": ["Images"], "CTurboJPEG": ["Images"],
        ]
        for target in try Self.targets {
            for source in try Self.sources(of: target) {
                for (library, allowed) in owners where Self.imports(of: source.text).contains(library) {
                    #expect(allowed.contains(target), "\(source.path) imports \(library)")
                }
            }
        }
    }

    /// A room that one can still see from the door.
    @Test func roomsAreSmall() throws {
        for target in try Self.targets where !["Kernels", "CKernels", "Datasets"].contains(target) {
            let lines = try Self.sources(of: target).reduce(0) { $0 + $1.text.count { $0 == "\n" } }
            #expect(lines <= 2200, "\(target) has \(lines) lines: it has more than one reason to change")
        }
    }
}
