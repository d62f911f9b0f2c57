import Files
import Foundation
import Store
import TestSupport

/// Something that reads files: what a sound input is, how it is damaged, and what reads it.
struct Reader: Sendable {
    let name: String
    /// The file that is damaged, below the directory of the input.
    let file: String
    /// Directory of the corpus with a sound input.
    let sample: String
    let damage: Damage
    /// Reads the input in a directory; whatever it writes there it removes again, unless it fails.
    let read: @Sendable (_ directory: String) throws -> Void

    /// How a file is changed.
    enum Damage: Sendable {
        /// As bytes.
        case bytes
        /// As text.
        case text
        /// As bytes, or as HDF5 with a right digest.
        case hierarchical
    }

    init(
        _ name: String, _ file: String, of sample: String? = nil, _ damage: Damage,
        _ read: @escaping @Sendable (String) throws -> Void
    ) {
        self.name = name
        self.file = file
        self.sample = sample ?? name
        self.damage = damage
        self.read = read
    }

    /// Puts a damaged input into `directory`, which is there and empty.
    func makeInput(number: Int, seed: UInt64, corpus: String, in directory: String) throws {
        let source = Directory.join(corpus, sample)
        try copy(source, to: directory)
        let path = Directory.join(directory, file)
        let original = Directory.join(source, file)
        var mutation = Mutation(generator: SplitMix64(seed &+ UInt64(number) &* 0x9E37_79B9))
        switch damage {
        case .bytes: try write(mutation.bytes(bytes(of: original)), to: path)
        case .text: try write(mutation.text(bytes(of: original)), to: path)
        case .hierarchical:
            if mutation.place(3) > 0 {
                Directory.remove(path)
                mutation = try SealedCopy.write(original, to: path, mutation)
            } else {
                try write(mutation.bytes(bytes(of: original)), to: path)
            }
        }
        // Also what is not damaged may come to the wrong place.
        if mutation.place(400) == 0 {
            Directory.remove(path)
            mkfifo(path, 0o600)
        }
    }

    private func copy(_ source: String, to target: String) throws {
        for name in try Directory.list(source) {
            try FileManager.default.copyItem(
                atPath: Directory.join(source, name), toPath: Directory.join(target, name))
        }
    }
}
