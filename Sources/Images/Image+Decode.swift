import Bounds
import Glibc

extension Image {
    /// Reads a PNG or JPEG file; its contents say which, not its name.
    /// - Throws: ``ImageError`` where it cannot be read, is neither, is damaged, or is larger than
    ///   ``pixelLimit``.
    public init(contentsOf path: String) throws(ImageError) {
        try self.init(decoding: Self.read(path), named: path)
    }

    /// Decodes PNG or JPEG.
    ///
    /// Palettes become colours, one to four bits eight, 16 bits eight; what is transparent is laid over white.
    /// Orientation marks of cameras are not followed.
    /// - Parameters:
    ///   - data: The file's bytes.
    ///   - name: What errors call the picture.
    /// - Throws: ``ImageError`` where it is neither, is damaged, or is larger than ``pixelLimit``, which is
    ///   known before memory is taken for it.
    public init(decoding data: [UInt8], named name: String) throws(ImageError) {
        if data.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
            self = try Self.decodePNG(data, named: name)
        } else if data.starts(with: [0xFF, 0xD8]) {
            self = try Self.decodeJPEG(data, named: name)
        } else {
            throw ImageError(
                name,
                data.isEmpty
                    ? "the file is empty"
                    : "neither PNG nor JPEG\(Self.otherFormat(data).map { " but \($0)" } ?? "")",
                advice: "convert it to one of them, or leave it out")
        }
    }

    /// The format of a picture that is not read.
    private static func otherFormat(_ data: [UInt8]) -> String? {
        let formats: [(name: String, offset: Int, magic: [UInt8])] = [
            ("GIF", 0, Array("GIF8".utf8)), ("BMP", 0, Array("BM".utf8)), ("TIFF", 0, [0x49, 0x49, 0x2A, 0]),
            ("TIFF", 0, [0x4D, 0x4D, 0, 0x2A]), ("WebP", 8, Array("WEBP".utf8)),
            ("HEIC", 4, Array("ftyphei".utf8)),
            ("AVIF", 4, Array("ftypavif".utf8)), ("a portable map", 0, Array("P5".utf8)),
            ("a portable map", 0, Array("P6".utf8)),
        ]
        return formats.first { data.dropFirst($0.offset).starts(with: $0.magic) }?.name
    }

    /// What to do about a picture that cannot be decoded.
    static let damageAdvice = "the file is damaged; copy it again or leave it out"

    /// Requires room for a picture to be within bounds.
    static func check(width: Int, height: Int, named name: String) throws(ImageError) {
        guard width > 0, height > 0 else { throw ImageError(name, "it has no pixels") }
        guard Bounds.count([width, height], limit: pixelLimit) != nil else {
            throw ImageError(
                name, "\(width)x\(height) pixels are more than the \(pixelLimit) that are read",
                advice: "make it smaller, or leave it out")
        }
    }

    private static func read(_ path: String) throws(ImageError) -> [UInt8] {
        func failure() -> ImageError {
            ImageError(path, "cannot be read: \(String(cString: strerror(errno)))")
        }
        let descriptor: Int32
        do throws(ReadableFile.Refusal) {
            descriptor = try ReadableFile.open(path)
        } catch {
            throw ImageError(path, "cannot be read: \(error)")
        }
        guard let stream = fdopen(descriptor, "rb") else {
            close(descriptor)
            throw failure()
        }
        defer { fclose(stream) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure() }
        var count = 0
        let data = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, initialized in
            count = fread(buffer.baseAddress, 1, buffer.count, stream)
            initialized = count
        }
        guard ferror(stream) == 0, count == status.st_size else { throw failure() }
        return data
    }
}
