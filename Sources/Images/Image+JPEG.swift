internal import CTurboJPEG

extension Image {
    /// Decodes JPEG with libjpeg-turbo: grey stays grey, all else becomes red, green and blue.
    static func decodeJPEG(_ data: [UInt8], named name: String) throws(ImageError) -> Image {
        let decoder = tjInitDecompress()
        defer { tjDestroy(decoder) }
        func failure() -> ImageError {
            ImageError(
                name, "not decodable as JPEG: \(String(cString: tjGetErrorStr2(decoder)))",
                advice: damageAdvice)
        }
        var (width, height, subsampling, colours): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        guard
            tjDecompressHeader3(
                decoder, data, UInt(data.count), &width, &height, &subsampling, &colours) == 0
        else { throw failure() }
        try check(width: Int(width), height: Int(height), named: name)
        guard colours != TJCS_CMYK.rawValue, colours != TJCS_YCCK.rawValue else {
            throw ImageError(name, "its colours are those of print (CMYK)", advice: "convert it to RGB")
        }
        let channels = colours == TJCS_GRAY.rawValue ? 1 : 3
        let format = channels == 1 ? TJPF_GRAY : TJPF_RGB
        var pixels = [UInt8](repeating: 0, count: Int(width) * Int(height) * channels)
        // A warning is that of data that end early or make no sense; what is left of the picture would be
        // made up. A limit on scans stops files that were built to keep a decoder busy.
        guard
            tjDecompress2(
                decoder, data, UInt(data.count), &pixels, width, 0, height, Int32(format.rawValue),
                TJFLAG_LIMITSCANS) == 0
        else { throw failure() }
        return Image(channels: channels, height: Int(height), width: Int(width), pixels: pixels)
    }
}
