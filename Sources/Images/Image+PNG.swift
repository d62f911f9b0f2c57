internal import CPNG

extension Image {
    /// Decodes PNG with libpng's simplified interface: 8 bits, sRGB.
    static func decodePNG(_ data: [UInt8], named name: String) throws(ImageError) -> Image {
        var header = png_image()
        header.version = png_uint_32(PNG_IMAGE_VERSION)
        // Frees what libpng holds, also after it has done so itself.
        defer { png_image_free(&header) }
        func failure() -> ImageError {
            ImageError(name, "not decodable as PNG: \(message(of: header))", advice: damageAdvice)
        }
        // libpng keeps the address of the file between the two calls.
        var failed: ImageError?
        var image: Image?
        data.withUnsafeBytes { file in
            guard png_image_begin_read_from_memory(&header, file.baseAddress, file.count) != 0 else {
                failed = failure()
                return
            }
            let (width, height) = (Int(header.width), Int(header.height))
            do throws(ImageError) {
                try check(width: width, height: height, named: name)
            } catch {
                failed = error
                return
            }
            let channels = header.format & png_uint_32(PNG_FORMAT_FLAG_COLOR) != 0 ? 3 : 1
            // Values of 16 bits mean what those of 8 do, where the file does not say otherwise.
            header.flags |= png_uint_32(PNG_IMAGE_FLAG_16BIT_sRGB)
            header.format = format(channels: channels)
            var white = png_color(red: 255, green: 255, blue: 255)
            var pixels = [UInt8](repeating: 0, count: width * height * channels)
            guard png_image_finish_read(&header, &white, &pixels, 0, nil) != 0 else {
                failed = failure()
                return
            }
            image = Image(channels: channels, height: height, width: width, pixels: pixels)
        }
        if let failed { throw failed }
        return image!
    }

    /// The picture as the bytes of a PNG file, 8 bits a channel, sRGB.
    /// - Throws: ``ImageError`` where libpng fails, for want of memory.
    public func png() throws(ImageError) -> [UInt8] {
        var header = png_image()
        header.version = png_uint_32(PNG_IMAGE_VERSION)
        header.width = png_uint_32(width)
        header.height = png_uint_32(height)
        header.format = Self.format(channels: channels)
        defer { png_image_free(&header) }
        let pixels = pixels
        var count: png_alloc_size_t = 0
        // Without room it says how much is needed.
        var written = png_image_write_to_memory(&header, nil, &count, 0, pixels, 0, nil) != 0
        var data = [UInt8](repeating: 0, count: written ? count : 0)
        if written { written = png_image_write_to_memory(&header, &data, &count, 0, pixels, 0, nil) != 0 }
        guard written else {
            throw ImageError("a picture of \(width)x\(height)", "not encodable: \(Self.message(of: header))")
        }
        return data
    }

    private static func format(channels: Int) -> png_uint_32 {
        channels == 1 ? png_uint_32(PNG_FORMAT_GRAY) : png_uint_32(PNG_FORMAT_RGB)
    }

    private static func message(of header: png_image) -> String {
        withUnsafeBytes(of: header.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
