import Images
import Testing
import TestSupport

@Suite struct ImageTests {
    /// A picture with something different in every corner and channel.
    static func gradient(channels: Int, height: Int, width: Int) -> Image {
        var bytes: [UInt8] = []
        for channel in 0..<channels {
            for row in 0..<height {
                for column in 0..<width {
                    bytes.append(UInt8(channel * 60 + row * 80 / height + column * 55 / width))
                }
            }
        }
        return Image(channels: channels, height: height, width: width, bytes: bytes)
    }

    @Test(arguments: [1, 3]) func pngKeepsEveryByte(channels: Int) throws {
        let image = Self.gradient(channels: channels, height: 7, width: 12)
        #expect(try Image(decoding: image.png(), named: "gradient") == image)
    }

    @Test(arguments: [1, 3]) func jpegKeepsThePicture(channels: Int) throws {
        let image = Self.gradient(channels: channels, height: 40, width: 24)
        let again = try Image(decoding: JPEG.encode(image), named: "gradient")
        #expect([again.channels, again.height, again.width] == [channels, 40, 24])
        let worst = zip(image.bytes, again.bytes).map { abs(Int($0) - Int($1)) }.max()!
        #expect(worst < 12)
    }

    @Test func filesAreReadByTheirContents() throws {
        try withTemporaryDirectory { directory in
            let image = Self.gradient(channels: 3, height: 3, width: 4)
            try write(image.png(), to: directory + "/wrong.jpg")
            #expect(try Image(contentsOf: directory + "/wrong.jpg") == image)
            #expect(
                message { _ = try Image(contentsOf: directory + "/no.png") }
                    == "\(directory)/no.png: cannot be read: No such file or directory")
            #expect(message { _ = try Image(contentsOf: directory) }.contains("\(directory): cannot be read"))
            try write([], to: directory + "/empty.png")
            #expect(message { _ = try Image(contentsOf: directory + "/empty.png") }.contains("empty"))
            try write(Array("GIF89a".utf8), to: directory + "/a.gif")
            #expect(
                message { _ = try Image(contentsOf: directory + "/a.gif") }.contains("neither PNG nor JPEG"))
        }
    }

    @Test func cropsAndColours() {
        let image = Self.gradient(channels: 3, height: 4, width: 5)
        let part = image.cropped(top: 1, left: 2, height: 2, width: 3)
        #expect(part.bytes.count == 18)
        #expect(part.bytes.first == image.bytes[7] && part.bytes.last == image.bytes[2 * 20 + 14])
        let grey = Image(channels: 1, height: 1, width: 2, bytes: [3, 250])
        #expect(grey.colour().bytes == [3, 250, 3, 250, 3, 250] && grey.colour().grey() == grey)
        let red = Image(channels: 3, height: 1, width: 1, bytes: [255, 0, 0])
        #expect(red.grey().bytes == [76])
    }

    @Test func resizingIsAMeanUnderATriangle() {
        let flat = Image(channels: 3, height: 9, width: 14, bytes: [UInt8](repeating: 200, count: 378))
        #expect(flat.resized(height: 5, width: 31).bytes == [UInt8](repeating: 200, count: 465))
        let row = Image(channels: 1, height: 1, width: 4, bytes: [0, 0, 240, 240])
        // Windows of width 4 around 1 and 3: weights 1 3 3 1 (over 7 where the first or last is cut off).
        #expect(row.resized(height: 1, width: 2).bytes == [34, 206])
        #expect(row.resized(height: 1, width: 4) == row)
        let column = Image(channels: 1, height: 4, width: 1, bytes: [0, 0, 240, 240])
        #expect(column.resized(height: 2, width: 1).bytes == [34, 206])
        // Twice as large: halfway between the centres of two pixels a quarter of one, three of the other.
        #expect(row.resized(height: 1, width: 8).bytes == [0, 0, 0, 60, 180, 240, 240, 240])
    }

    /// Without antialiasing a pixel is linear between the four around its centre, as `tf.image.resize` has it.
    @Test func interpolationLooksAtFourPixels() {
        let side = 105
        let bytes = (0..<side * side).map { UInt8(truncatingIfNeeded: $0 &* $0 % 251 + $0) }
        let image = Image(channels: 1, height: side, width: side, bytes: bytes)
        let small = image.resized(height: 28, width: 28, by: .interpolated)
        for row in 0..<28 {
            for column in 0..<28 {
                let (y, x) = ((Double(row) + 0.5) * 3.75 - 0.5, (Double(column) + 0.5) * 3.75 - 0.5)
                let (top, left) = (Int(y), Int(x))
                let (down, across) = (y - Double(top), x - Double(left))
                func pixel(_ r: Int, _ c: Int) -> Double { Double(bytes[r * side + c]) }
                let upper = pixel(top, left) * (1 - across) + pixel(top, left + 1) * across
                let lower = pixel(top + 1, left) * (1 - across) + pixel(top + 1, left + 1) * across
                let wanted = upper * (1 - down) + lower * down
                #expect(abs(Double(small.bytes[row * 28 + column]) - wanted) <= 1)
            }
        }
        // Where pictures grow there is nothing to alias.
        #expect(
            image.resized(height: 140, width: 150, by: .interpolated)
                == image.resized(height: 140, width: 150))
    }
}
