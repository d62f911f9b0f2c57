internal import CTurboJPEG

extension Image {
    /// Decodes JPEG with libjpeg-turbo: grey stays grey, all else becomes red, green and blue;
    /// the inks of print without a profile, as Pillow converts them.
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
                || isWhole(decoder)
        else { throw failure() }
        try check(width: Int(width), height: Int(height), named: name)
        let isPrinted = colours == TJCS_CMYK.rawValue || colours == TJCS_YCCK.rawValue
        let channels = isPrinted ? 4 : colours == TJCS_GRAY.rawValue ? 1 : 3
        let format = isPrinted ? TJPF_CMYK : channels == 1 ? TJPF_GRAY : TJPF_RGB
        var pixels = [UInt8](repeating: 0, count: Int(width) * Int(height) * channels)
        // A warning is that of data that end early or make no sense; what is left of the picture would be
        // made up. Bytes between its parts, which some cameras leave, take nothing away. A limit on scans stops files that were built to keep a decoder busy.
        guard
            tjDecompress2(
                decoder, data, UInt(data.count), &pixels, width, 0, height, Int32(format.rawValue),
                TJFLAG_LIMITSCANS) == 0 || isWhole(decoder)
        else { throw failure() }
        return Image(
            channels: channels == 4 ? 3 : channels, height: Int(height), width: Int(width),
            pixels: channels == 4 ? fromPrint(pixels) : pixels)
    }

    /// Whether the decoder has warned of superfluous bytes alone.
    private static func isWhole(_ decoder: tjhandle?) -> Bool {
        tjGetErrorCode(decoder) == TJERR_WARNING.rawValue
            && String(cString: tjGetErrorStr2(decoder)).contains("extraneous bytes before marker")
    }

    /// Red, green and blue of cyan, magenta, yellow and black, all of which Adobe's files store inverted: what is left
    /// of the light.
    private static func fromPrint(_ inks: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: inks.count / 4 * 3) { pixels, initialized in
            for pixel in 0..<inks.count / 4 {
                let black = Int(inks[4 * pixel + 3])
                for colour in 0..<3 {
                    pixels[3 * pixel + colour] = UInt8((Int(inks[4 * pixel + colour]) * black + 127) / 255)
                }
            }
            initialized = inks.count / 4 * 3
        }
    }
}
