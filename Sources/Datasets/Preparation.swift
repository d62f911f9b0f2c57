/// The data sets that can be prepared as shards.
public enum Preparation: String, CaseIterable, Sendable {
    /// Handwritten digits, 28x28 grey.
    case mnist
    /// Pictures of clothes, 28x28 grey.
    case fashionMnist = "fashion-mnist"
    /// Handwritten characters of fifty alphabets, 28x28 grey.
    case omniglot
    /// Those of five alphabets.
    case omniglot5 = "omniglot-5"
    /// Usenet posts, the weights of 2,000 terms.
    case newsgroups = "20newsgroups"
    /// Pictures of animals and vehicles, 32x32 in colour.
    case cifar10 = "cifar-10"
    /// Pictures of a hundred classes in twenty superclasses, 32x32 in colour.
    case cifar100 = "cifar-100"
    /// Faces with forty attributes, 64x64 in colour.
    case celeba
    /// Digits drawn by ``Strokes``, 28x28 grey.
    case strokes
    /// A table of numbers with commas between them.
    case csv
    /// One with tabs.
    case tsv
    /// An array that numpy saved.
    case npy
    /// One of several that numpy saved together.
    case npz
    /// A directory of pictures.
    case images
    /// A dataset in an HDF5 file.
    case hdf5
    /// An annotated matrix of AnnData.
    case h5ad

    /// Whether the samples come from files of the user's.
    public var needsFiles: Bool { self != .strokes }

    /// Whether the samples come from HDF5 files that other programs wrote.
    public var readsForeignHDF5: Bool { self == .hdf5 || self == .h5ad }

    /// Whether the publisher says which samples are for tests; the others are one pool, to be divided.
    public var hasOwnSplits: Bool {
        switch self {
        case .omniglot, .omniglot5, .csv, .tsv, .npy, .npz, .images, .hdf5, .h5ad: false
        case .mnist, .fashionMnist, .newsgroups, .cifar10, .cifar100, .celeba, .strokes: true
        }
    }

    /// Opens the files at `path`, so far that their samples can be described and counted.
    /// - Parameters:
    ///   - path: a file or directory; `nil` for what is made without files.
    ///   - options: those that mean something for this data set; see ``options``.
    ///   - progress: is told of what takes long.
    /// - Throws: ``DatasetError``, `ArchiveError`, `ImageError` or `StoreError` where files are missing, damaged,
    ///   or disagree.
    public func source(
        from path: String?, options: SourceOptions = SourceOptions(),
        progress: @escaping PreparationProgress.Handler = { _ in }
    ) throws -> any SampleSource {
        switch self {
        case .mnist, .fashionMnist, .strokes:
            return DatasetSource(train: try load(.train, from: path), test: try load(.test, from: path))
        case .omniglot, .omniglot5:
            return try OmniglotSource(
                name: rawValue, path: try required(path),
                alphabets: self == .omniglot5 ? OmniglotSource.five : nil,
                resizing: options.resizing ?? .antialiased, progress: progress)
        case .newsgroups:
            return try NewsgroupsSource(name: rawValue, path: try required(path), progress: progress)
        case .cifar10: return try CIFARSource(.ten, path: try required(path))
        case .cifar100: return try CIFARSource(.hundred, path: try required(path))
        case .celeba:
            return try CelebASource(
                name: rawValue, path: try required(path), resizing: options.resizing ?? .antialiased)
        case .csv, .tsv, .npy, .npz, .images, .hdf5, .h5ad:
            return try ownSource(required(path), options, progress)
        }
    }

    private func required(_ path: String?) throws(DatasetError) -> String {
        guard let path else {
            throw DatasetError(rawValue, "it is made from files", advice: "say where they are with --from")
        }
        return path
    }
}
