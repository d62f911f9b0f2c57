import CTurboJPEG
import Images

/// Makes JPEG files for tests: the program itself only reads them.
public enum JPEG {
    /// A picture as the bytes of a JPEG file, without subsampling of colours.
    public static func encode(_ image: Image, quality: Int32 = 95) -> [UInt8] {
        let encoder = tjInitCompress()
        defer { tjDestroy(encoder) }
        var data: UnsafeMutablePointer<UInt8>?
        var count: UInt = 0
        let area = image.height * image.width
        let pixels = (0..<area).flatMap { pixel in
            (0..<image.channels).map { image.bytes[$0 * area + pixel] }
        }
        let status = tjCompress2(
            encoder, pixels, Int32(image.width), 0, Int32(image.height),
            Int32(image.channels == 1 ? TJPF_GRAY.rawValue : TJPF_RGB.rawValue), &data, &count,
            Int32(image.channels == 1 ? TJSAMP_GRAY.rawValue : TJSAMP_444.rawValue), quality, 0)
        precondition(status == 0, String(cString: tjGetErrorStr2(encoder)))
        defer { tjFree(data) }
        return Array(UnsafeBufferPointer(start: data, count: Int(count)))
    }
}
