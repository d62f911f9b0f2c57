import Archives
import Files

/// 20 Newsgroups, by date: Usenet posts as the TF-IDF of their 2,000 most frequent terms, headers, footers and
/// quotes kept. The texts, 36 MB, are held in memory.
struct NewsgroupsSource: SampleSource {
    /// Terms that are kept.
    static let termLimit = 2_000

    /// One post.
    private struct Post {
        let split: Split
        let group: String
        /// `GROUP/NUMBER`.
        let id: String
        let text: [UInt8]
    }

    private let posts: [Post]
    private let labels: [Int32]
    private let weights: TermWeights
    let schema: SampleSchema

    /// Reads the archive, counts the terms of its training texts.
    /// - Parameters:
    ///   - path: `20news-bydate.tar.gz`, or its directory.
    ///   - progress: is told of the texts read.
    /// - Throws: ``DatasetError`` or `ArchiveError` where the archive is missing, damaged, or another.
    init(name: String, path: String, progress: PreparationProgress.Handler) throws {
        let file = try PublishedFile.find(["20news-bydate.tar.gz"], at: path, of: name)
        let archive = try Archive(path: file, limits: ArchiveLimits(member: 1 << 24, total: 1 << 29))
        var posts: [Post] = []
        while let member = try archive.next() {
            if PublishedFile.isClutter(member.path) { continue }
            let parts = member.path.split(separator: "/").map(String.init)
            guard parts.count == 3, let split = Self.splits[parts[0]] else {
                throw DatasetError(
                    "\(member.path) in \(file)", "this is no text of 20 Newsgroups by date",
                    advice:
                        "expected are 20news-bydate-train/GROUP/NUMBER and 20news-bydate-test/GROUP/NUMBER")
            }
            posts.append(
                Post(split: split, group: parts[1], id: "\(parts[1])/\(parts[2])", text: try archive.read()))
            progress(PreparationProgress("reading", done: posts.count, of: 0, unit: "texts"))
        }
        // Training texts first; by group, then by number as text.
        posts.sort { one, other in
            one.split == other.split
                ? one.id.utf8.lexicographicallyPrecedes(other.id.utf8) : one.split == .train
        }
        for (post, next) in zip(posts, posts.dropFirst()) where (post.split, post.id) == (next.split, next.id)
        {
            throw DatasetError("\(next.id) in \(file)", "this text is there twice")
        }
        weights = TermWeights(
            of: posts.filter { $0.split == .train }.map(\.text), limit: Self.termLimit)
        guard !weights.terms.isEmpty else {
            throw DatasetError(file, "it holds no texts to train on", advice: "copy or download it again")
        }
        let groups = Set(posts.map(\.group)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let label = Dictionary(uniqueKeysWithValues: zip(groups, 0..<Int32(groups.count)))
        labels = posts.map { label[$0.group]! }
        self.posts = posts
        var schema = SampleSchema(
            name: name, source: Directory.lastComponent(of: file), shape: [weights.terms.count],
            element: .floats, identity: .texts(posts.map(\.id)), isLabelled: true, classNames: groups)
        schema.featureNames = weights.terms.map(Tokenizer.text)
        self.schema = schema
    }

    private static let splits = ["20news-bydate-train": Split.train, "20news-bydate-test": .test]

    var division: SampleDivision { .given(posts.map(\.split)) }

    func deliver(to sink: (SampleBlock) throws -> Void) throws {
        let step = SampleBlock.rows(of: schema)
        for start in stride(from: 0, to: posts.count, by: step) {
            let rows = start..<min(start + step, posts.count)
            try sink(
                SampleBlock(
                    .floats(posts[rows].flatMap { weights.vector(of: $0.text) }),
                    ids: .texts(posts[rows].map(\.id)), labels: Array(labels[rows])))
        }
    }
}
