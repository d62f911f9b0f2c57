/// How wide text is at most, for drawings that cannot ask a reader's fonts.
///
/// Widths of DejaVu Sans, the widest of the sans-serif fonts that readers are likely to have, in ems; what is not Latin
/// counts a whole one.
package enum TextWidth {
    /// Pixels that a text takes at most, at a font size in pixels.
    package static func most(_ text: some StringProtocol, size: Double) -> Double {
        text.unicodeScalars.reduce(0) { $0 + ems($1) } * size
    }

    /// A text that takes at most so many pixels: what is too long ends in an ellipsis.
    package static func clipped(_ text: String, to width: Double, size: Double) -> String {
        guard most(text, size: size) > width else { return text }
        var result = ""
        var room = width - size
        for character in text {
            room -= most(String(character), size: size)
            if room < 0 { break }
            result.append(character)
        }
        return result + "…"
    }

    /// Words two spaces apart, in at most so many lines of at most so many pixels; what has no room is left out.
    package static func wrapped(_ words: [String], width: Double, size: Double, lines: Int) -> [String] {
        var result = [""]
        for word in words {
            let word = clipped(word, to: width, size: size)
            let last = result[result.count - 1]
            if last.isEmpty {
                result[result.count - 1] = word
            } else if most(last + "  " + word, size: size) <= width {
                result[result.count - 1] = last + "  " + word
            } else if result.count < lines {
                result.append(word)
            } else {
                break
            }
        }
        return result
    }

    private static func ems(_ scalar: Unicode.Scalar) -> Double {
        switch scalar {
        case "i", "j", "l", "'", "|": 0.34
        case "f", "t", "r", "I", "J", " ", ".", ",", ":", ";", "!", "(", ")", "[", "]", "/", "-", "\\": 0.42
        case "s", "c", "z", "k", "v", "x", "y", "?", "\"", "_", "*": 0.6
        case "m", "w", "M", "W", "@", "%": 1
        case "A"..."Z", "&", "+", "<", "=", ">", "~", "#": 0.84
        case "\u{20}"..."\u{24F}": 0.64
        default: 1
        }
    }
}
