/// Divides Latin-1 text into terms, as scikit-learn's vectorizers do by default: the text in lower case, of which
/// every run of two or more word characters (`\b\w\w+\b` of Python) is one.
enum Tokenizer {
    /// Lower case of every character of Latin-1.
    private static let lower: [UInt8] = (0...255).map { (byte: UInt8) in
        switch byte {
        case 0x41...0x5A, 0xC0...0xD6, 0xD8...0xDE: byte + 32
        default: byte
        }
    }

    /// Whether each character of Latin-1 is a letter, a digit, a number or the underscore. Among the numbers are
    /// ² ³ ¹ ¼ ½ ¾, among the letters ª µ º.
    private static let isWord: [Bool] = (0...255).map { (byte: UInt8) in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
        case 0xAA, 0xB2, 0xB3, 0xB5, 0xB9, 0xBA, 0xBC...0xBE: true
        case 0xC0...0xD6, 0xD8...0xF6, 0xF8...0xFF: true
        default: false
        }
    }

    /// Hands every term of `text` to `body`, in Latin-1.
    static func terms(of text: [UInt8], _ body: ([UInt8]) -> Void) {
        lower.withUnsafeBufferPointer { lower in
            isWord.withUnsafeBufferPointer { isWord in
                text.withUnsafeBufferPointer { text in
                    var start = 0
                    for end in 0...text.count where end == text.count || !isWord[Int(text[end])] {
                        if end - start >= 2 { body(text[start..<end].map { lower[Int($0)] }) }
                        start = end + 1
                    }
                }
            }
        }
    }

    /// A term as text.
    static func text(_ term: [UInt8]) -> String {
        String(String.UnicodeScalarView(term.map { Unicode.Scalar($0) }))
    }
}
