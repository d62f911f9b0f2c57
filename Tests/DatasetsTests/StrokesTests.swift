import Datasets
import Testing
import TestSupport

extension DatasetsTests {
    @Suite struct StrokesTests {
        @Test func drawsTheSameEverywhere() {
            let train = Strokes.generate(split: .train)
            let test = Strokes.generate(split: .test)
            #expect(train.shape == [1, 28, 28] && train.count == 4000 && test.count == 1000)
            #expect(train.classCounts == [Int](repeating: 400, count: 10))
            #expect(test.classCounts == [Int](repeating: 100, count: 10))
            // Recorded; a change means that every published figure on strokes is void.
            #expect(digest(train.storedBytes) == 7_444_778_257_232_362_693)
            #expect(digest(test.storedBytes) == 3_656_225_013_969_003_611)
        }

        /// Guards the table of templates, whose order gives the labels: where the mean image of a digit is dark.
        @Test func meanImagesAreThoseOfTheirDigits() {
            let train = Strokes.generate(split: .train)
            let bytes = train.storedBytes
            /// Mean grey value of a digit around a point of the image.
            func grey(_ digit: Int, x: Int, y: Int) -> Int {
                var sum = 0
                for index in stride(from: digit, to: train.count, by: 10) {
                    for row in y - 1...y + 1 {
                        for column in x - 1...x + 1 { sum += Int(bytes[index * 784 + row * 28 + column]) }
                    }
                }
                return sum / (9 * train.count / 10)
            }
            // The centre and the four quarters of the glyph.
            let centre = (0..<10).map { grey($0, x: 13, y: 13) }
            #expect(centre[0] < 30 && centre[1] > 100 && centre[8] > 100, "\(centre)")
            let lowerLeft = (0..<10).map { grey($0, x: 9, y: 18) }
            let upperRight = (0..<10).map { grey($0, x: 18, y: 9) }
            let lowerRight = (0..<10).map { grey($0, x: 18, y: 18) }
            let upperLeft = (0..<10).map { grey($0, x: 9, y: 9) }
            #expect(lowerLeft[6] > 2 * lowerLeft[9] && upperRight[9] > 2 * upperRight[6])
            #expect(upperLeft[5] > 2 * upperLeft[3] && upperLeft[5] > 2 * upperRight[5])
            #expect(lowerRight[3] > 2 * lowerRight[2])
            #expect(lowerRight[4] > lowerRight[7] && upperRight[7] > upperLeft[7])
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
