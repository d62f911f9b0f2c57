import Images
import Testing
import TestSupport

@testable import Checkpoints
@testable import Inference
@testable import ModelReport

extension ModelReportTests {
    @Suite struct ReportMakerTests {
        @Test func wordsThatAreFrequentEverywhereTellLittle() {
            let all = FeatureMoments(count: 10, means: [0.5, 0.1, 0.1, 0], variances: [0, 0, 0, 0])
            let node = FeatureMoments(count: 5, means: [0.5, 0.3, 0.01, 0], variances: [0, 0, 0, 0])
            #expect(node.distinctive(among: all, most: 3) == [1])
            #expect(all.distinctive(among: all, most: 3) == [])
            let empty = FeatureMoments(count: 0, means: [0, 0, 0, 0], variances: [0, 0, 0, 0])
            #expect(empty.distinctive(among: all, most: 3) == [])
        }

        @Test func siblingsDifferInPooledDeviations() {
            let left = FeatureMoments(count: 30, means: [1, 5, 2], variances: [4, 1, 0])
            let right = FeatureMoments(count: 10, means: [3, 5, 2.5], variances: [4, 9, 0])
            let contrasts = left.contrasts(with: right, most: 8)
            #expect(contrasts.map(\.feature) == [2, 0])
            #expect(abs(contrasts[1].difference - -1) < 1e-12 && contrasts[0].difference == -99)
            #expect(right.contrasts(with: left, most: 1).map(\.difference) == [99])
        }

        @Test func examplesAreSpreadOverALeaf() {
            let survey = LeafSurvey(
                clustering: Clustering(leaves: [1, 2, 3], leafCounts: [6, 2, 0], table: nil),
                assignments: [0, 0, 1, 0, 0, 0, 1, 0])
            #expect(survey.examples(2) == [[1, 5], [2, 6], []])
            #expect(survey.examples(9) == [[0, 1, 3, 4, 5, 7], [2, 6], []])
        }

        /// However many leaves and however large the pictures, their pixels stay within the budget; small sets of
        /// small ones are shown whole.
        @Test(
            arguments: [[1, 1, 1], [1, 28, 28], [3, 32, 32], [3, 64, 64], [3, 512, 256]], [1, 10, 60, 200])
        func picturesFitTheBudget(shape: [Int], leaves: Int) {
            let budget = 3 << 20
            let format = PictureFormat(shape: shape, leaves: leaves, columns: 8, budget: budget)
            #expect(2 * leaves * format.count * shape[0] * format.height * format.width <= budget)
            #expect(format.count >= 4 && format.width >= min(8, shape[2]))
            #expect(format.height * shape[2] - format.width * shape[1] < shape[1] + shape[2])
            if shape[1] <= 28 { #expect(format.height == shape[1] && format.count == (leaves > 60 ? 8 : 16)) }
        }

        @Test func picturesLieInRowsOnASheet() throws {
            let format = PictureFormat(shape: [1, 1, 2], leaves: 1, columns: 8, budget: 1 << 20)
            let sheet = try format.sheet((0..<10).map { [Float(20 * $0) / 255, .nan] })
            #expect(sheet.columns == 8 && sheet.rows == 2 && sheet.count == 10)
            let image = try Image(decoding: sheet.png, named: "sheet")
            #expect(image.width == 16 && image.height == 2)
            #expect(Array(image.bytes[0..<4]) == [0, 0, 20, 0])
            // Behind the last picture there is neither black nor white.
            #expect(Array(image.bytes[16..<22]) == [160, 0, 180, 0, 128, 128])
        }
    }
}
