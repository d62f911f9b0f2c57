import Archives
import Testing
import TestSupport

@Suite struct ArchiveTests {
    static let limits = ArchiveLimits(member: 5_000, total: 100_000)
    static let members: [(path: String, bytes: [UInt8])] = [
        ("set/", []), ("set/zwölf", Array("zwölf Boxkämpfer".utf8)), ("./set/empty", []),
        ("set/long", (0..<5_000).map { UInt8(truncatingIfNeeded: $0 * $0) }),
    ]

    /// Paths and contents of all members.
    static func contents(of path: String, limits: ArchiveLimits = limits) throws -> [(String, [UInt8])] {
        let archive = try Archive(path: path, limits: limits)
        var contents: [(String, [UInt8])] = []
        while let member = try archive.next() {
            let bytes = try archive.read()
            #expect(member.size == bytes.count)
            contents.append((member.path, bytes))
        }
        return contents
    }

    /// What reading an archive of the given members says.
    static func complaint(
        about members: [(path: String, bytes: [UInt8])], as format: ArchiveFile.Format = .zip,
        limits: ArchiveLimits = limits
    ) throws -> String {
        try withTemporaryDirectory { directory in
            ArchiveFile.write(members, as: format, to: directory + "/archive")
            return message { _ = try contents(of: directory + "/archive", limits: limits) }
        }
    }

    @Test(arguments: ArchiveFile.Format.checked) func readsWhatWasWritten(format: ArchiveFile.Format) throws {
        try withTemporaryDirectory { directory in
            ArchiveFile.write(Self.members, as: format, to: directory + "/archive")
            let contents = try Self.contents(of: directory + "/archive")
            #expect(contents.map(\.0) == ["set/zwölf", "set/empty", "set/long"])
            #expect(contents.map(\.1) == Self.members.dropFirst().map(\.bytes))
            // Members may be passed over.
            let archive = try Archive(path: directory + "/archive", limits: Self.limits)
            var paths: [String] = []
            while let member = try archive.next() { paths.append(member.path) }
            #expect(paths == contents.map(\.0))
        }
    }

    @Test(arguments: ["../evil", "a/../../evil", "/etc/passwd", "..\\evil", "a/.."])
    func pathsThatLeadOutsideAreRefused(path: String) throws {
        for format in ArchiveFile.Format.checked {
            let text = try Self.complaint(about: [("good", [1]), (path, [2])], as: format)
            // Of zip files backslashes are read as slashes.
            let named = path.replacing("\\", with: "/")
            #expect(
                text.replacing("\\", with: "/").hasPrefix("\(named) in /tmp/")
                    && text.contains("leads outside"),
                "\(format): \(text)")
        }
    }

    @Test func linksAreRefused() throws {
        #expect(try Self.complaint(about: [("link@", [])], as: .tar).contains("it is a link or a device"))
    }

    @Test func sizesAreLimited() throws {
        let large = [UInt8](repeating: 0, count: 5_001)
        for format in ArchiveFile.Format.checked {
            #expect(
                try Self.complaint(about: [("large", large)], as: format)
                    .contains("5001 bytes are announced, more than the 5000 that are read"))
            let many = (0..<30).map { ("part\($0)", [UInt8](repeating: 0, count: 4_000)) }
            let text = try Self.complaint(about: many, as: format)
            #expect(
                text.contains("100000 bytes that are read") || text.contains("more than the 100000"),
                "\(text)")
        }
    }

    @Test func moreThanAnnouncedIsRefused() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/bomb.zip"
            ArchiveFile.write([("bomb", [UInt8](repeating: 0, count: 4_000))], as: .zip, to: path)
            // Both places that announce 4000 bytes, the member's header and the directory, say 3.
            var file = try bytes(of: path)
            var places = 0
            for index in 0..<file.count - 4 where Array(file[index..<index + 4]) == [0xA0, 0x0F, 0, 0] {
                file.replaceSubrange(index..<index + 4, with: [3, 0, 0, 0])
                places += 1
            }
            #expect(places >= 1)
            try write(file, to: path)
            let text = message { _ = try Self.contents(of: path) }
            #expect(text.hasPrefix("bomb in \(path): ") || text.hasPrefix("\(path): "), "\(text)")
        }
    }

    @Test(arguments: ArchiveFile.Format.checked) func everyTruncationIsAnError(format: ArchiveFile.Format)
        throws
    {
        try withTemporaryDirectory { directory in
            let path = directory + "/archive"
            ArchiveFile.write(Self.members, as: format, to: path)
            let whole = try bytes(of: path)
            // The padding of a tar file to ten kilobytes may be missing, but not its first two blocks of zeros.
            let needed = format == .tar ? 512 * 2 + 512 + 512 + 5_120 + 1_024 + 512 : whole.count
            for length in stride(from: 0, to: needed, by: format == .tar ? 512 : 97) {
                try write(whole.prefix(length), to: path)
                let text = message { _ = try Self.contents(of: path) }
                #expect(text.contains(path) && text.contains(": "), "\(length) bytes: \(text)")
            }
        }
    }

    @Test(arguments: ArchiveFile.Format.checked) func damageIsToldOrHarmless(format: ArchiveFile.Format)
        throws
    {
        try withTemporaryDirectory { directory in
            let path = directory + "/archive"
            ArchiveFile.write(Self.members, as: format, to: path)
            let whole = try bytes(of: path)
            let expected = try Self.contents(of: path)
            for copy in Damage.copies(of: whole) {
                try write(copy, to: path)
                do throws(ArchiveError) {
                    let archive = try Archive(path: path, limits: Self.limits)
                    while let member = try archive.next() {
                        let bytes = try archive.read()
                        // Tar has no checksum of what members hold, nor zip of their names.
                        guard format != .tar, let same = expected.first(where: { $0.0 == member.path }) else {
                            continue
                        }
                        #expect(bytes == same.1)
                    }
                } catch {
                    #expect(error.place.contains(path) && !error.problem.isEmpty)
                }
            }
        }
    }

    @Test func otherFilesAreNoArchives() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/file"
            for file in [
                [], Array("hello".utf8), [UInt8](repeating: 7, count: 3_000), Array("PK, they say".utf8),
            ] {
                try write(file, to: path)
                let text = message { _ = try Self.contents(of: path) }
                #expect(text.hasPrefix(path + ": "), "\(text)")
            }
            #expect(message { _ = try Self.contents(of: path + "2") }.contains("file2: cannot be opened"))
            #expect(message { _ = try Self.contents(of: directory) }.hasPrefix(directory))
        }
    }
}
