import Testing
import TestSupport

@testable import Augmentations

@Suite struct CropTests {
    private func cropped(
        _ picture: TestPicture, _ box: CropBox, isMirrored: Bool = false, kernel: PixelTaps.Kernel
    ) -> TestPicture {
        var scratch = picture.values
        return picture.changed { source, result in
            scratch.withUnsafeMutableBufferPointer {
                box.resample(
                    source, shape: picture.shape, isMirrored: isMirrored, kernel: kernel,
                    scratch: $0.baseAddress!, into: result)
            }
        }
    }

    private func whole(_ picture: TestPicture) -> CropBox {
        CropBox(
            of: picture.shape, area: 1, ratio: Double(picture.shape.width) / Double(picture.shape.height),
            down: 0.3, across: 0.9)
    }

    @Test(arguments: [PixelTaps.Kernel.bilinear, .bicubic]) func theWholeIsThePicture(
        _ kernel: PixelTaps.Kernel
    ) {
        for picture in [TestPicture(3, 32, 32), TestPicture(1, 64, 64), TestPicture(3, 5, 20)] {
            let box = whole(picture)
            #expect(cropped(picture, box, kernel: kernel).distance(to: picture) < 1e-6)
            let mirrored = cropped(picture, box, isMirrored: true, kernel: kernel)
            for channel in 0..<picture.shape.channels {
                for row in 0..<picture.shape.height {
                    for column in 0..<picture.shape.width {
                        let expected = picture.at(channel, row, picture.shape.width - 1 - column, fill: 0)
                        #expect(abs(mirrored.at(channel, row, column, fill: 0) - expected) < 1e-6)
                    }
                }
            }
        }
    }

    /// Between pixel centres a bilinear crop of a ramp is the ramp, stretched; a bicubic one, too, two pixels from the edges.
    @Test(arguments: [PixelTaps.Kernel.bilinear, .bicubic]) func rampsStayRamps(_ kernel: PixelTaps.Kernel) {
        let ramp = TestPicture(
            1, 16, 16, values: (0..<256).map { Float($0 / 16) / 32 + Float($0 % 16) / 64 })
        let box = CropBox(top: 4.25, left: 3, height: 6.5, width: 9)
        let found = cropped(ramp, box, kernel: kernel)
        for row in 0..<16 {
            for column in 0..<16 {
                let y = 4.25 + (Double(row) + 0.5) * 6.5 / 16 - 0.5
                let x = 3 + (Double(column) + 0.5) * 9 / 16 - 0.5
                #expect(abs(found.at(0, row, column, fill: 0) - y / 32 - x / 64) < 1e-6)
            }
        }
    }

    @Test func boxesHaveTheirAreaAndRatio() {
        let shape = PictureShape([3, 32, 32])!
        let box = CropBox(of: shape, area: 0.5, ratio: 1.2, down: 1, across: 0.5)
        #expect(abs(box.height * box.width / 1024 - 0.5) < 1e-12 && abs(box.width / box.height - 1.2) < 1e-12)
        #expect(abs(box.top + box.height - 32) < 1e-12 && abs(2 * box.left + box.width - 32) < 1e-12)
        // Cut where there is no room.
        let wide = CropBox(of: shape, area: 1, ratio: 4.0 / 3, down: 0, across: 0)
        #expect(wide.width == 32 && abs(wide.height - 32 * 0.75.squareRoot()) < 1e-12)
    }

    private static let program = """
        import numpy, random
        from PIL import Image
        random.seed(5)
        generator = numpy.random.default_rng(5)
        for index in range(12):
            height, width = [(32, 32), (64, 64), (9, 21)][index % 3]
            source = generator.integers(0, 256, (height, width, 3), dtype="uint8")
            h, w = random.uniform(0.4, 1) * height, random.uniform(0.4, 1) * width
            top, left = random.uniform(0, height - h), random.uniform(0, width - w)
            kernel = Image.Resampling.BICUBIC if index % 2 else Image.Resampling.BILINEAR
            result = Image.fromarray(source).resize((width, height), kernel, box=(left, top, left + w, top + h))
            source.transpose(2, 0, 1).tofile(f"source{index}")
            numpy.asarray(result).transpose(2, 0, 1).tofile(f"result{index}")
            print(height, width, top, left, h, w)
        """

    /// To the two roundings to bytes that Pillow makes.
    @Test(.needs(.python("PIL")))
    func cropsAreThoseOfPillow() throws {
        try withTemporaryDirectory { directory in
            let lines = try PythonDocument.run(Self.program, in: directory).split(separator: "\n")
            #expect(lines.count == 12)
            for (index, line) in lines.enumerated() {
                let numbers = line.split(separator: " ").map { Double($0)! }
                func picture(_ name: String) throws -> TestPicture {
                    TestPicture(
                        3, Int(numbers[0]), Int(numbers[1]),
                        values: try bytes(of: "\(directory)/\(name)\(index)").map { Float($0) / 255 })
                }
                let box = CropBox(top: numbers[2], left: numbers[3], height: numbers[4], width: numbers[5])
                let found = cropped(try picture("source"), box, kernel: index % 2 == 1 ? .bicubic : .bilinear)
                #expect(try found.distance(to: picture("result")) < 1.3 / 255, "crop \(index)")
            }
        }
    }
}
