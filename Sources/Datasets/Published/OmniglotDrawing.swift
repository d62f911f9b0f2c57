/// One picture of Omniglot.
struct OmniglotDrawing {
    /// Path in its archive, without `.png`: what finds it again.
    let path: String
    /// Name of the alphabet.
    let alphabet: String
    /// Number of the character, over all alphabets, from 1.
    let character: Int
    /// Who drew it, from 1 to 20.
    let drawer: Int
    /// Grey values of the small picture.
    var pixels: [UInt8] = []

    /// What `FOLDER/ALPHABET/characterNN/NNNN_NN.png` says, or `nil` where it is nothing of the kind.
    init?(path: String, folder: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == folder, parts[2].hasPrefix("character"),
            parts[3].hasSuffix(".png")
        else { return nil }
        let numbers = parts[3].dropLast(4).split(separator: "_", omittingEmptySubsequences: false)
        guard numbers.count == 2, let character = Int32(numbers[0]), let drawer = Int32(numbers[1]),
            character > 0, drawer > 0
        else { return nil }
        self.path = String(path.dropLast(4))
        alphabet = String(parts[1])
        self.character = Int(character)
        self.drawer = Int(drawer)
    }
}
