import Files

/// The pictures in a directory, and what the names of its directories say of them.
struct PictureFiles {
    /// Paths inside the directory, in their order: the ids.
    let paths: [String]
    /// The directory that labels each picture; nil where pictures lie in none.
    let labels: EncodedLabels?
    /// The split of each picture, where the first directories are called so; nil where they are not.
    let splits: [Split]?
    /// What the user should know.
    let notices: [String]

    /// What directories of splits are called.
    private static let splits: [String: Split] = [
        "train": .train, "training": .train, "test": .test, "testing": .test, "val": .test, "valid": .test,
        "validation": .test,
    ]
    /// What Windows and macOS leave beside pictures.
    private static let litter: Set<String> = [
        "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx",
    ]

    /// Lists them.
    /// - Throws: ``DatasetError`` where there are none, something else lies among them, or only some are in
    ///   sub-directories.
    init(in directory: String) throws {
        guard Directory.exists(directory) else {
            throw DatasetError(
                directory, "there is no such directory", advice: "name one of pictures with --from")
        }
        var paths: [String] = []
        try Self.collect(directory, "", depth: 0, into: &paths)
        guard !paths.isEmpty else {
            throw DatasetError(
                directory, "there are no pictures in it", advice: "expected are .png, .jpg and .jpeg")
        }
        let parts = paths.map { $0.split(separator: "/").dropLast().map(String.init) }
        let first = Set(parts.map { $0.first ?? "" })
        let named = first.compactMap { Self.splits[$0.lowercased()] }
        let hasSplits = named.count == first.count && Set(named).count == 2
        if hasSplits, first.count > 2 {
            throw DatasetError(
                directory,
                "its directories \(first.sorted().joined(separator: ", ")) are more than two splits",
                advice: "keep one for training and one for tests")
        }
        let folders = parts.map { $0.dropFirst(hasSplits ? 1 : 0).first }
        let labelled = folders.compactMap { $0 }
        if !labelled.isEmpty, let stray = folders.firstIndex(of: nil) {
            throw DatasetError(
                Directory.join(directory, paths[stray]), "this picture is in no sub-directory, others are",
                advice: "sub-directories are labels: use them for all pictures or for none")
        }
        self.paths = paths
        splits = hasSplits ? parts.map { Self.splits[$0[0].lowercased()]! } : nil
        labels = labelled.isEmpty ? nil : try EncodedLabels(labelled, place: directory)
        notices =
            hasSplits
            ? [
                "note: \(first.sorted().joined(separator: " and ")) are taken as splits"
                    + (labelled.isEmpty ? "" : ", the directories in them as labels")
            ] : []
    }

    private static func collect(
        _ directory: String, _ prefix: String, depth: Int, into paths: inout [String]
    ) throws {
        guard depth < 16 else {
            throw DatasetError(directory, "directories are nested too deeply", advice: "a link may lead back")
        }
        for name in try Directory.list(directory)
        where name.first != "." && !litter.contains(name.lowercased()) {
            let path = Directory.join(directory, name)
            if Directory.exists(path) {
                try collect(path, prefix + name + "/", depth: depth + 1, into: &paths)
            } else if [".png", ".jpg", ".jpeg"].contains(where: name.lowercased().hasSuffix) {
                paths.append(prefix + name)
            } else {
                throw DatasetError(
                    path, "this is no picture", advice: "expected are .png, .jpg and .jpeg alone")
            }
        }
    }
}
