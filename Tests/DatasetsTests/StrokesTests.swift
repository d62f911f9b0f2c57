import Datasets
import Testing

extension DatasetsTests {
    @Suite struct StrokesTests {
        @Test func drawsTheSameEverywhere() {
            let train = Strokes.generate(split: .train)
            let test = Strokes.generate(split: .test)
            #expect(train.shape == [1, 28, 28] && train.count == 4000 && test.count == 1000)
            #expect(train.classCounts == [Int](repeating: 400, count: 10))
            #expect(test.classCounts == [Int](repeating: 100, count: 10))
            // Recorded; a change means that every published figure on strokes is void.
            #expect(digest(train.storedBytes) == 2_221_608_434_594_263_370)
            #expect(digest(test.storedBytes) == 9_923_330_252_154_839_593)
        }

        @Test func seedsAndSplitsDiffer() {
            let one = Strokes.generate(split: .test)
            let two = Strokes.generate(split: .test, seed: 2)
            let train = Strokes.generate(split: .train)
            #expect(one.storedBytes != two.storedBytes)
            #expect(one.storedBytes != Array(train.storedBytes.prefix(one.storedBytes.count)))
        }

        @Test func imagesHaveInkInTheMiddleAndNoneAtTheEdge() {
            let test = Strokes.generate(split: .test)
            let bytes = test.storedBytes
            for index in 0..<test.count {
                let image = Array(bytes[index * 784..<(index + 1) * 784])
                let ink = image.reduce(0) { $0 + Int($1) }
                #expect(ink > 255 * 15 && ink < 255 * 250, "sample \(index)")
                var edge = 0
                for step in 0..<28 {
                    for pixel in [step, 756 + step, 28 * step, 28 * step + 27] { edge += Int(image[pixel]) }
                }
                #expect(edge < 255 * 12, "sample \(index)")
            }
        }
    }
}
