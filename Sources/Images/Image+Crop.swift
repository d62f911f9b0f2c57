extension Image {
    /// The rectangle of `height` rows from `top` and `width` columns from `left`, which must lie inside.
    public func cropped(top: Int, left: Int, height newHeight: Int, width newWidth: Int) -> Image {
        precondition(
            top >= 0 && left >= 0 && newHeight > 0 && newWidth > 0 && top + newHeight <= height
                && left + newWidth <= width, "a rectangle outside of \(height)x\(width)")
        var part: [UInt8] = []
        part.reserveCapacity(channels * newHeight * newWidth)
        for channel in 0..<channels {
            for row in top..<top + newHeight {
                let start = (channel * height + row) * width + left
                part += bytes[start..<start + newWidth]
            }
        }
        return Image(channels: channels, height: newHeight, width: newWidth, bytes: part)
    }
}
