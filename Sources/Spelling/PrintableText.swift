extension String {
    /// As it may be shown: what would move a terminal's cursor, change its state or turn the direction of writing is
    /// written out, `\u{1b}`. For texts that come from files.
    package var printable: String {
        guard unicodeScalars.contains(where: \.isUnprintable) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.isUnprintable {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension Unicode.Scalar {
    fileprivate var isUnprintable: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        // Marks and overrides of direction; joiners within words are of this category, too.
        case .format: properties.isBidiControl
        default: false
        }
    }
}
