import Images
import Testing
import TestSupport

/// Pictures that Pillow wrote and resized, against ours.
@Suite struct PillowTests {
    /// Writes files of every kind that is read, with the bytes that Pillow reads from them beside.
    private static let program = """
        import numpy, random
        from PIL import Image
        random.seed(3)
        generator = numpy.random.default_rng(3)
        smooth = numpy.add.outer(numpy.arange(41) * 3, numpy.arange(53) * 2).astype("uint8")
        colour = numpy.stack([smooth, 255 - smooth, smooth // 2 + 40], axis=2)
        noise = generator.integers(0, 256, (41, 53, 3), dtype="uint8")
        def keep(name, image, mode, **options):
            image.save(name, **options)
            array = numpy.asarray(Image.open(name).convert(mode))
            planes = array[None] if mode == "L" else array.transpose(2, 0, 1)
            planes.tofile(name + ".bytes")
            print(name, *planes.shape)
        keep("bits.png", Image.fromarray(noise[:, :, 0]).convert("1"), "L")
        keep("grey.png", Image.fromarray(noise[:, :, 0]), "L")
        keep("colour.png", Image.fromarray(noise), "RGB")
        keep("palette.png", Image.fromarray(noise).quantize(16), "RGB")
        keep("opaque.png", Image.fromarray(noise).convert("RGBA"), "RGB")
        keep("grey.jpg", Image.fromarray(smooth), "L", quality=90)
        keep("colour.jpg", Image.fromarray(colour), "RGB", quality=90)
        keep("progressive.jpg", Image.fromarray(colour), "RGB", quality=80, progressive=True)
        for index in range(20):
            height, width = random.randint(1, 90), random.randint(1, 90)
            source = generator.integers(0, 256, (41, 53, 3), dtype="uint8")
            Image.fromarray(source).save(f"resize{index}.png")
            resized = Image.fromarray(source).resize((width, height), Image.Resampling.BILINEAR)
            numpy.asarray(resized).transpose(2, 0, 1).tofile(f"resize{index}.png.bytes")
            print(f"resize{index}.png", 3, height, width)
        grey = Image.fromarray(noise).convert("L")
        grey.save("luma.png")
        """

    @Test(.needs(.python("PIL")))
    func everyByteIsPillows() throws {
        try withTemporaryDirectory { directory in
            let lines = try PythonDocument.run(Self.program, in: directory).split(separator: "\n")
            #expect(lines.count == 28)
            var equal = 0
            for line in lines {
                let parts = line.split(separator: " ")
                let (name, shape) = (String(parts[0]), parts.dropFirst().map { Int($0)! })
                let expected = Image(
                    channels: shape[0], height: shape[1], width: shape[2],
                    bytes: try bytes(of: "\(directory)/\(name).bytes"))
                let image = try Image(contentsOf: "\(directory)/\(name)")
                let found =
                    name.hasPrefix("resize") ? image.resized(height: shape[1], width: shape[2]) : image
                // Decoders of JPEG may differ in the last bits; and Pillow 13 filters columns first where that
                // is less work, and so rounds other numbers in between.
                let tolerance = name.hasSuffix("jpg") ? 2 : name.hasPrefix("resize") ? 1 : 0
                #expect([found.channels, found.height, found.width] == shape, "\(name)")
                let worst = zip(found.bytes, expected.bytes).map { abs(Int($0) - Int($1)) }.max()
                #expect(worst! <= tolerance, "\(name)")
                if worst == 0 { equal += 1 }
            }
            #expect(equal >= 15)
            #expect(
                try Image(contentsOf: directory + "/colour.png").grey()
                    == Image(contentsOf: directory + "/luma.png"))
        }
    }
}
