import Archives
import Bounds
import Files
import Glibc

/// An array in an npy file, or in a member of an npz file, which is a zip of them.
struct NumpyFile {
    /// What errors call it.
    let place: String
    let header: NumpyHeader
    private let path: String
    /// Path inside the npz file; `nil` for npy.
    private let member: String?

    /// Members of archives may be large: they are read in pieces.
    private static let limits = ArchiveLimits(member: 1 << 44, total: 1 << 46)

    /// Opens an npy file, or the array called `array` of an npz file.
    /// - Throws: ``DatasetError`` or `ArchiveError` where there is none, or no header that is understood.
    init(_ path: String, array: String? = nil) throws {
        try RegularFile.require(path)
        self.path = path
        member = array.map { $0 + ".npy" }
        place = array.map { "\($0) in \(path)" } ?? path
        header = try NumpyHeader(Self.open(path, member: member), place: place)
        var status = stat()
        guard stat(path, &status) == 0 else { throw StoreError(operation: "look at", file: path) }
        let limit = Bounds.unpacked(Int(status.st_size))
        guard Bounds.count([header.count, header.element.size], limit: limit) != nil,
            header.shape.first ?? 1 <= Bounds.rows(Int(status.st_size))
        else {
            throw DatasetError(
                place, "its shape \(header.shape) is far more than the file holds",
                advice: "the file is damaged")
        }
    }

    /// The names of the arrays of an npz file, in its order.
    static func arrays(in path: String) throws -> [String] {
        let archive = try Archive(path: path, limits: limits)
        var names: [String] = []
        while let member = try archive.next() {
            if member.path.hasSuffix(".npy") { names.append(String(member.path.dropLast(4))) }
        }
        return names
    }

    private static func open(_ path: String, member: String?) throws -> any ByteStream {
        guard let member else { return try GzipFile(path: path) }
        let archive = try Archive(path: path, limits: limits)
        while let next = try archive.next() {
            if next.path == member { return archive }
        }
        throw DatasetError(path, "it changed while it was read", advice: "prepare it again")
    }

    /// A stream of the elements, behind the header.
    /// - Throws: ``DatasetError`` where the header is another by now.
    func elements() throws -> any ByteStream {
        let stream = try Self.open(path, member: member)
        guard try NumpyHeader(stream, place: place) == header else {
            throw DatasetError(path, "it changed while it was read", advice: "prepare it again")
        }
        return stream
    }

    /// Requires the end of a stream of elements.
    func requireEnd(_ stream: any ByteStream) throws {
        guard try stream.read(upTo: 1).isEmpty else {
            throw DatasetError(
                place, "bytes follow after those of the shape \(header.shape)", advice: "the file is damaged")
        }
    }

    /// A one-dimensional array as texts: of numbers whole ones, of texts themselves.
    /// - Throws: ``DatasetError`` where it has other dimensions or holds fractions.
    func texts() throws -> [String] {
        guard header.shape.count == 1 || (header.shape.count == 2 && header.shape[1] == 1) else {
            throw DatasetError(
                place, "its shape is \(header.shape)", advice: "one for each sample is expected")
        }
        return try elementsAsTexts()
    }

    /// All elements as texts, in the order of the file: of numbers whole ones, of texts themselves.
    /// - Throws: ``DatasetError`` where it holds fractions, or its end is missing.
    func elementsAsTexts() throws -> [String] {
        let stream = try elements()
        var texts: [String] = []
        let step = max(1, (1 << 20) / header.element.size)
        for start in stride(from: 0, to: header.count, by: step) {
            let count = min(step, header.count - start)
            let bytes = try stream.read(
                exactly: count * header.element.size, of: "its elements", place: place)
            texts += try decoded(bytes, first: start)
        }
        try requireEnd(stream)
        return texts
    }

    private func decoded(_ bytes: [UInt8], first: Int) throws(DatasetError) -> [String] {
        let size = header.element.size
        var result: [String] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            let part = bytes[start..<start + size]
            switch header.element {
            case .bytes: result.append(String(decoding: part.prefix { $0 != 0 }, as: UTF8.self))
            case .unicode:
                var text = ""
                for character in stride(from: start, to: start + size, by: 4) {
                    let code = NumpyDecoder.bits(
                        bytes, at: character, size: 4, isBigEndian: header.isBigEndian)
                    guard let scalar = UnicodeScalar(UInt32(truncatingIfNeeded: code)) else {
                        throw DatasetError(place, "element \(first + start / size) is no text")
                    }
                    if code != 0 { text.unicodeScalars.append(scalar) }
                }
                result.append(text)
            case .boolean, .unsigned, .signed:
                result.append(String(NumpyDecoder.integer(bytes, at: start, header)))
            case .float:
                let value = NumpyDecoder.number(bytes, at: start, header)
                guard let whole = Int(exactly: value) else {
                    throw DatasetError(
                        place, "element \(first + start / size) is \(value)",
                        advice: "whole numbers or texts are expected")
                }
                result.append(String(whole))
            }
        }
        return result
    }
}
