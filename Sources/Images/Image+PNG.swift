internal import CPNG

extension Image {
    /// Decodes PNG with libpng: values as they are stored, whatever the file says of gamma, as Pillow, OpenCV and
    /// torchvision read them; what is transparent is laid over white.
    static func decodePNG(_ data: [UInt8], named name: String) throws(ImageError) -> Image {
        var header = cpng_picture()
        func read(_ pixels: UnsafeMutablePointer<UInt8>?) throws(ImageError) {
            guard cpng_read(data, data.count, &header, pixels) == 0 else { return }
            let message = withUnsafeBytes(of: header.message) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            throw ImageError(name, "not decodable as PNG: \(message)", advice: damageAdvice)
        }
        try read(nil)
        let (width, height) = (Int(header.width), Int(header.height))
        try check(width: width, height: height, named: name)
        let (channels, hasOpacity) = (Int(header.channels), header.has_opacity != 0)
        let stride = channels + (hasOpacity ? 1 : 0)
        let room = UnsafeMutablePointer<UInt8>.allocate(capacity: width * height * stride)
        defer { room.deallocate() }
        room.initialize(repeating: 0, count: width * height * stride)
        try read(room)
        let values = UnsafeBufferPointer(start: room, count: width * height * stride)
        let pixels =
            hasOpacity ? overWhite(values, channels: channels) : Array(values)
        return Image(channels: channels, height: height, width: width, pixels: pixels)
    }

    /// Pixels with an opacity behind their channels, laid over white: `value * opacity + 255 * (1 - opacity)`, rounded.
    private static func overWhite(_ values: UnsafeBufferPointer<UInt8>, channels: Int) -> [UInt8] {
        let count = values.count / (channels + 1)
        return [UInt8](unsafeUninitializedCapacity: count * channels) { pixels, initialized in
            for pixel in 0..<count {
                let start = pixel * (channels + 1)
                let opacity = Int(values[start + channels])
                for channel in 0..<channels {
                    let sum = Int(values[start + channel]) * opacity + 255 * (255 - opacity)
                    pixels[pixel * channels + channel] = UInt8((sum + 127) / 255)
                }
            }
            initialized = count * channels
        }
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
