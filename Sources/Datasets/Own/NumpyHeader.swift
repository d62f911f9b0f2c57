import Bounds

/// What the header of an npy file says: the type, order and shape of its array.
///
/// The format: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>, versions 1 to 3.
struct NumpyHeader: Equatable {
    /// The type of an element.
    enum Element: Equatable {
        case boolean
        case unsigned(bytes: Int)
        case signed(bytes: Int)
        case float(bytes: Int)
        /// Texts of fixed length: bytes, or code points of four bytes.
        case bytes(count: Int)
        case unicode(count: Int)

        /// Size in bytes.
        var size: Int {
            switch self {
            case .boolean: 1
            case .unsigned(let bytes), .signed(let bytes), .float(let bytes), .bytes(let bytes): bytes
            case .unicode(let count): 4 * count
            }
        }

        /// Whether it is text.
        var isText: Bool {
            switch self {
            case .bytes, .unicode: true
            case .boolean, .unsigned, .signed, .float: false
            }
        }
    }

    let element: Element
    let isBigEndian: Bool
    /// Whether the first index runs fastest, as in Fortran.
    let isFortranOrder: Bool
    let shape: [Int]

    /// Elements of the array.
    var count: Int { shape.reduce(1, *) }

    /// Reads the header at the beginning of a stream, and no more.
    /// - Throws: ``DatasetError`` where it is none, or the type is no number and no text of fixed length.
    init(_ stream: any ByteStream, place: String) throws {
        let advice = "this is no npy file, or it is damaged"
        func fail(_ problem: String, advice: String? = advice) -> DatasetError {
            DatasetError(place, problem, advice: advice)
        }
        let magic = try stream.read(exactly: 8, of: "the header", place: place)
        guard magic.starts(with: [0x93] + Array("NUMPY".utf8)) else {
            throw fail("it does not begin as npy does")
        }
        guard (1...3).contains(magic[6]) else { throw fail("npy format version \(magic[6]) is unknown") }
        let width = magic[6] == 1 ? 2 : 4
        let length = try stream.read(exactly: width, of: "the header", place: place)
            .reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= 1 << 16 else { throw fail("the header is said to have \(length) bytes") }
        let bytes = try stream.read(exactly: length, of: "the header", place: place)
        let text = String(decoding: bytes, as: UTF8.self)

        guard let order = Self.value("fortran_order", of: text),
            order.hasPrefix("True") || order.hasPrefix("False"),
            let shapeText = Self.value("shape", of: text), shapeText.first == "(",
            let close = shapeText.firstIndex(of: ")"),
            let description = Self.value("descr", of: text)
        else {
            let start = text.prefix(120).split(whereSeparator: \.isWhitespace).joined(separator: " ")
            throw fail("the header says '\(start)'")
        }
        isFortranOrder = order.hasPrefix("True")
        var shape: [Int] = []
        for part in shapeText[shapeText.index(after: shapeText.startIndex)..<close].split(separator: ",") {
            let digits = part.filter { $0 != " " }
            if digits.isEmpty { continue }
            guard let extent = Int(digits), extent >= 0 else {
                throw fail("the shape is '\(shapeText.prefix(40))'")
            }
            shape.append(extent)
        }
        guard Bounds.count(shape, limit: 1 << 56) != nil else {
            throw fail("the shape is absurd")
        }
        self.shape = shape
        guard let quote = description.first, quote == "'" || quote == "\"" else {
            throw fail("it holds records, not numbers", advice: "save one array of numbers")
        }
        let type = description.dropFirst().prefix { $0 != quote }
        guard let byteOrder = type.first, "<>|=".contains(byteOrder), let kind = type.dropFirst().first,
            let size = Int(type.dropFirst(2)), (0...1 << 16).contains(size),
            let element = Self.element(kind, size: size)
        else {
            throw fail(
                "it holds numpy's type '\(type)'",
                advice: type == "|O"
                    ? "pickled objects are not read, numbers and texts are: "
                        + "numpy.save('texts.npy', numpy.load('objects.npy', allow_pickle=True).astype(str))"
                    : "save it as uint8, an integer, float16, float32 or float64; nothing pickled")
        }
        self.element = element
        isBigEndian = byteOrder == ">"
    }

    private static func element(_ kind: Character, size: Int) -> Element? {
        switch (kind, size) {
        case ("b", 1): .boolean
        case ("u", 1), ("u", 2), ("u", 4), ("u", 8): .unsigned(bytes: size)
        case ("i", 1), ("i", 2), ("i", 4), ("i", 8): .signed(bytes: size)
        case ("f", 2), ("f", 4), ("f", 8): .float(bytes: size)
        case ("S", 1...): .bytes(count: size)
        case ("U", 1...): .unicode(count: size)
        default: nil
        }
    }

    /// What follows `'key':` in the header, a Python dictionary.
    private static func value(_ key: String, of text: String) -> Substring? {
        guard let start = text.firstRange(of: "'\(key)':") else { return nil }
        return text[start.upperBound...].drop { $0 == " " }
    }
}
