import Archives
import Files
import Store

/// The aligned pictures of CelebA, in a zip file or a directory.
struct CelebAPictures {
    /// The zip file or the directory.
    let path: String
    private let isArchive: Bool

    /// Finds them in the user's directory.
    init(at path: String, of dataset: String) throws(DatasetError) {
        self.path = try PublishedFile.find(
            ["img_align_celeba.zip", "img_align_celeba"], at: path, of: dataset)
        isArchive = !Directory.exists(self.path)
    }

    private func open() throws(ArchiveError) -> Archive {
        // 202,599 pictures of about 7 kB.
        try Archive(path: path, limits: ArchiveLimits(member: 1 << 22, total: 1 << 33))
    }

    private func isPicture(_ member: ArchiveMember) -> Bool {
        member.path.hasSuffix(".jpg") && !PublishedFile.isClutter(member.path)
    }

    /// Those of `wanted` that are there, in the order in which ``read(_:body:)`` hands them out.
    func names(_ wanted: some Sequence<String>) throws -> [String] {
        guard isArchive else {
            let present = Set(try Directory.list(path))
            return wanted.filter(present.contains).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
        let archive = try open()
        let wanted = Set(wanted)
        var names: [String] = []
        while let member = try archive.next() {
            let name = Directory.lastComponent(of: member.path)
            if isPicture(member), wanted.contains(name) { names.append(name) }
        }
        if Set(names).count != names.count {
            throw DatasetError(
                path, "a picture is there twice", advice: "this is not the archive that it should be")
        }
        return names
    }

    /// Hands the pictures of the given names to `body`, in that order: name, place for messages, bytes.
    /// - Parameter names: as ``names(_:)`` returned them.
    func read(_ names: [String], body: (String, String, [UInt8]) throws -> Void) throws {
        guard isArchive else {
            for name in names {
                let place = Directory.join(path, name)
                try body(name, place, GzipFile(path: place).read(limit: 1 << 22))
            }
            return
        }
        let archive = try open()
        let wanted = Set(names)
        while let member = try archive.next() {
            let name = Directory.lastComponent(of: member.path)
            guard isPicture(member), wanted.contains(name) else { continue }
            try body(name, "\(member.path) in \(path)", archive.read())
        }
    }
}
