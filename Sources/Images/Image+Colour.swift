extension Image {
    /// The picture with one channel: luma of ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B, in Pillow's fixed
    /// point.
    public func grey() -> Image {
        guard channels == 3 else { return self }
        let area = height * width
        let luma = bytes.withUnsafeBufferPointer { bytes in
            (0..<area).map { pixel in
                let sum =
                    19595 * UInt32(bytes[pixel]) + 38470 * UInt32(bytes[area + pixel])
                    + 7471 * UInt32(bytes[2 * area + pixel])
                return UInt8((sum + 0x8000) >> 16)
            }
        }
        return Image(channels: 1, height: height, width: width, bytes: luma)
    }

    /// The picture with three channels; those of a grey one are equal.
    public func colour() -> Image {
        channels == 3 ? self : Image(channels: 3, height: height, width: width, bytes: bytes + bytes + bytes)
    }
}
