import Images
import Testing
import TestSupport

/// Damaged pictures give an error that names them, or a picture.
@Suite struct DamagedImageTests {
    @Test func damagedFilesAreNamedOrDecoded() {
        let image = ImageTests.gradient(channels: 3, height: 30, width: 33)
        for (name, file) in [("a.png", (try? image.png()) ?? []), ("a.jpg", JPEG.encode(image))] {
            var refused = 0
            for copy in Damage.copies(of: file) {
                do throws(ImageError) {
                    let decoded = try Image(decoding: copy, named: name)
                    #expect(decoded.bytes.count == decoded.channels * decoded.height * decoded.width)
                } catch {
                    #expect(error.place == name && !error.problem.isEmpty)
                    refused += 1
                }
            }
            #expect(refused >= 25, "\(name)")
        }
    }

    @Test func truncationIsAnError() throws {
        let image = ImageTests.gradient(channels: 1, height: 64, width: 64)
        for file in [try image.png(), JPEG.encode(image)] {
            for length in [3, file.count / 4, file.count / 2, file.count - 20] {
                let text = message { _ = try Image(decoding: Array(file.prefix(length)), named: "half") }
                #expect(text.hasPrefix("half: "), "\(length) of \(file.count) bytes: \(text)")
            }
        }
    }

    @Test func announcedSizesAreCheckedBeforeRoomIsMade() throws {
        let image = ImageTests.gradient(channels: 1, height: 8, width: 8)
        // The frame header of the JPEG: marker, length, precision, height and width in 16 bits each.
        var jpeg = JPEG.encode(image)
        let frame = try #require((0..<jpeg.count - 1).first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
        jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0, 0xFF, 0])
        #expect(
            message { _ = try Image(decoding: jpeg, named: "bomb") }
                .contains("bomb: 65280x65280 pixels are more than the 100000000 that are read"))
        // The header of a PNG, 200000x200000, with its checksum: there is nothing behind it.
        let header: [UInt8] = [0x49, 0x48, 0x44, 0x52, 0, 3, 0x0D, 0x40, 0, 3, 0x0D, 0x40, 8, 0, 0, 0, 0]
        var checksum = ~UInt32(0)
        for byte in header {
            checksum ^= UInt32(byte)
            for _ in 0..<8 { checksum = checksum & 1 == 1 ? checksum >> 1 ^ 0xEDB8_8320 : checksum >> 1 }
        }
        let end = (0..<4).map { UInt8(truncatingIfNeeded: ~checksum >> (24 - 8 * $0)) }
        let whole = try image.png()
        let png: [UInt8] = whole[..<8] + [0, 0, 0, 13] + header + end + whole[33...]
        #expect(
            message { _ = try Image(decoding: png, named: "bomb") }
                .contains("bomb: 200000x200000 pixels are more"))
    }
}
