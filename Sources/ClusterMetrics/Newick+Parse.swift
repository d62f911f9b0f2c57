extension Newick {
    /// The tree in `text`; its nodes are numbered parent before child, in the order they are written.
    ///
    /// - Throws: ``NewickError`` with the position of the first character that does not fit.
    public static func parse(_ text: String) throws(NewickError) -> Hierarchy {
        var parser = NewickParser(text)
        return try parser.tree()
    }
}

/// One pass over the bytes with an explicit path instead of recursion, so that a caterpillar of any depth
/// needs no stack.
private struct NewickParser {
    private let text: String
    private let bytes: [UInt8]
    private var position = 0
    private var parents: [Int?] = [nil]
    private var names: [String?] = [nil]
    private var lengths: [Double?] = [nil]

    init(_ text: String) {
        // A byte order mark is none of the tree's characters.
        self.text = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        bytes = Array(self.text.utf8)
    }

    mutating func tree() throws(NewickError) -> Hierarchy {
        guard !text.prefix(64).drop(while: \.isWhitespace).lowercased().hasPrefix("#nexus") else {
            throw failure("this is a NEXUS file: keep the tree alone, from its first '(' to ';'")
        }
        guard !text.prefix(64).drop(while: \.isWhitespace).hasPrefix("<") else {
            throw failure("this is XML, as phyloXML and NeXML: write the tree as Newick")
        }
        var node = 0
        var openings: [Int] = []
        try skipBlanks()
        while true {
            // Here a node begins: it has children, or it is a leaf.
            if take("(") {
                openings.append(position)
                node = add(below: node)
                try skipBlanks()
                continue
            }
            try label(node)
            // Here a node has ended; so may its parents.
            while true {
                if take(",") {
                    guard let parent = parents[node] else {
                        throw failure("',' outside of parentheses", at: position - 1)
                    }
                    node = add(below: parent)
                    try skipBlanks()
                    break
                }
                if take(")") {
                    guard let parent = parents[node] else {
                        throw failure("')' without '('", at: position - 1)
                    }
                    openings.removeLast()
                    node = parent
                    try skipBlanks()
                    try label(node)
                    continue
                }
                return try end(openings: openings)
            }
        }
    }

    private mutating func end(openings: [Int]) throws(NewickError) -> Hierarchy {
        guard position < bytes.count else {
            if let opening = openings.last {
                throw failure("the text ends, but this '(' is not closed", at: opening - 1)
            }
            throw failure("the text ends without ';'")
        }
        guard take(";") else {
            let expected = openings.isEmpty ? "';'" : "',' or ')'"
            throw failure("expected \(expected), found \(found)")
        }
        guard openings.isEmpty else {
            throw failure("';' comes before ')'", at: position - 1)
        }
        try skipBlanks()
        guard position == bytes.count else {
            throw failure("expected nothing after ';', found \(found); one tree a file")
        }
        do {
            return try Hierarchy(parents: parents, names: names, branchLengths: lengths)
        } catch {
            preconditionFailure("a parsed tree is a tree: \(error)")
        }
    }

    private mutating func add(below parent: Int) -> Int {
        parents.append(parent)
        names.append(nil)
        lengths.append(nil)
        return parents.count - 1
    }

    /// An optional name and an optional branch length.
    private mutating func label(_ node: Int) throws(NewickError) {
        if take("'") {
            names[node] = try quoted("'")
        } else if take("\"") {
            // Not in the standard, but what many programs write.
            names[node] = try quoted("\"")
        } else {
            let bare = word()
            if !bare.isEmpty { names[node] = bare }
        }
        try skipBlanks()
        guard take(":") else { return }
        try skipBlanks()
        let start = position
        let number = word()
        guard let length = Double(number) else {
            let what = number.isEmpty ? found : "\"\(number)\""
            throw failure("expected a branch length after ':', found \(what)", at: start)
        }
        lengths[node] = length
        try skipBlanks()
    }

    private mutating func quoted(_ quote: Unicode.Scalar) throws(NewickError) -> String {
        let opening = position - 1
        var name: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: quote) {
                guard take(quote) else { return String(decoding: name, as: UTF8.self) }
            }
            name.append(byte)
        }
        throw failure("this quoted name is not closed", at: opening)
    }

    /// Characters up to a blank or one with a meaning of its own.
    private mutating func word() -> String {
        let start = position
        while position < bytes.count, !isBlank(bytes[position]), !isSpecial(bytes[position]) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Skips blanks and comments, which may nest.
    private mutating func skipBlanks() throws(NewickError) {
        while position < bytes.count {
            if isBlank(bytes[position]) {
                position += 1
            } else if bytes[position] == UInt8(ascii: "[") {
                let opening = position
                var depth = 0
                repeat {
                    guard position < bytes.count else {
                        throw failure("this comment is not closed", at: opening)
                    }
                    if bytes[position] == UInt8(ascii: "[") { depth += 1 }
                    if bytes[position] == UInt8(ascii: "]") { depth -= 1 }
                    position += 1
                } while depth > 0
            } else {
                return
            }
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private var found: String {
        guard position < bytes.count else { return "the end of the text" }
        let rest = String(decoding: bytes[position...].prefix(16), as: UTF8.self)
        return rest.first.map { "\"\($0)\"" } ?? "the end of the text"
    }

    private func failure(_ reason: String, at offset: Int? = nil) -> NewickError {
        let before = String(decoding: bytes[..<(offset ?? position)], as: UTF8.self)
        return NewickError(position: before.count + 1, reason: reason)
    }
}

func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

/// Whether a byte ends a bare name.
func isSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ","),
        UInt8(ascii: ":"), UInt8(ascii: ";"), UInt8(ascii: "'"):
        true
    default: false
    }
}
