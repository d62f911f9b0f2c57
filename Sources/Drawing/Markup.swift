import Foundation

/// Text of HTML and SVG, written so that no name from a file can break out of it.
package enum Markup {
    /// Text with the characters that mean something in markup replaced.
    package static func escape(_ text: some StringProtocol) -> String {
        guard text.utf8.contains(where: { special.contains($0) }) else { return String(text) }
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            // No character of XML, and no use in HTML.
            case "\u{0}"..."\u{8}", "\u{B}", "\u{C}", "\u{E}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}":
                result += "\u{FFFD}"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    private static let special: Set<UInt8> = Set(0..<32).subtracting([9, 10, 13]).union("&<>\"'\u{FFFE}".utf8)

    /// An element.
    ///
    /// - Parameters:
    ///   - attributes: in order; nil is left out, numbers get two decimals at most, texts are escaped.
    ///   - content: markup.
    package static func element(
        _ name: String, _ attributes: KeyValuePairs<String, (any CustomStringConvertible)?> = [:],
        _ content: String...
    ) -> String {
        var result = "<\(name)"
        for (key, value) in attributes {
            guard let value else { continue }
            let text = (value as? Double).map(number) ?? value.description
            result += " \(key)=\"\(escape(text))\""
        }
        if content.isEmpty { return result + (void.contains(name) ? ">" : "/>") }
        return result + ">" + content.joined() + "</\(name)>"
    }

    /// HTML elements without contents, which have no end.
    private static let void: Set<String> = ["meta", "link", "br", "hr", "input", "img"]

    /// A coordinate: two decimals at most.
    package static func number(_ value: Double) -> String {
        let hundredths = (value * 100).rounded()
        guard abs(hundredths) < 1e15 else { return "0" }
        let whole = Int(hundredths)
        if whole % 100 == 0 { return String(whole / 100) }
        let digits = String(abs(whole) % 100 + 100).dropFirst()
        let sign = whole < 0 ? "-" : ""
        return "\(sign)\(abs(whole) / 100).\(digits.hasSuffix("0") ? digits.dropLast() : digits)"
    }
}

/// Numbers as people read them.
package enum Wording {
    /// `17,482`.
    package static func count(_ value: Int) -> String {
        var digits = String(abs(value))
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (value < 0 ? "−" : "") + ([digits] + groups).joined(separator: ",")
    }

    /// `58.8 %`, with a narrow space that does not break.
    package static func percent(_ share: Double) -> String {
        String(format: "%.1f", share * 100) + "\u{202F}%"
    }

    /// Three decimals.
    package static func score(_ value: Double) -> String { String(format: "%.3f", value) }

    /// Four decimals, as `eval` prints what is measured in nats.
    package static func nats(_ value: Double) -> String { String(format: "%.4f", value) }

    /// Four significant digits.
    package static func value(_ value: Double) -> String { String(format: "%.4g", value) }

    /// `1 leaf`, `2 leaves`.
    package static func count(_ value: Int, _ one: String, _ many: String) -> String {
        "\(count(value)) \(value == 1 ? one : many)"
    }
}
