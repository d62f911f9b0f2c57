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
            #expect([1, 2, 3].map { survey.examples(2, of: [$0]) } == [[1, 5], [2, 6], []])
            #expect([1, 2, 3].map { survey.examples(9, of: [$0]) } == [[0, 1, 3, 4, 5, 7], [2, 6], []])
            #expect(survey.examples(4, of: [1, 2]) == [1, 3, 5, 7])
        }

        /// However many leaves and however large the pictures, their pixels stay within the budget; small sets of
        /// small ones are shown whole.
        @Test(
            arguments: [[1, 1, 1], [1, 28, 28], [3, 32, 32], [3, 64, 64], [3, 512, 256]], [1, 10, 60, 200])
        func picturesFitTheBudget(shape: [Int], leaves: Int) {
            let budget = 3 << 20
            let format = PictureFormat(
                shape: shape, sheets: 2 * leaves, choices: leaves > 60 ? .crowded : .roomy, columns: 8,
                budget: budget)
            #expect(2 * leaves * format.count * shape[0] * format.height * format.width <= budget)
            #expect(format.count >= 4 && format.width >= min(8, shape[2]))
            #expect(format.height * shape[2] - format.width * shape[1] < shape[1] + shape[2])
            if shape[1] <= 28 { #expect(format.height == shape[1] && format.count == (leaves > 60 ? 8 : 16)) }
        }

        /// Vectors along one slanted line, one of them far off without any weight.
        @Test func theFirstComponentIsTheLongest() {
            let places = [-2.0, -1, 0, 1, 2, 50]
            let vectors = places.flatMap { [3 * $0 + 1, 4 * $0, $0 == 1 ? 0.1 : 0] }
            let plane = PrincipalPlane(vectors, dimensions: 3, weights: [1, 1, 1, 1, 1, 0])
            #expect(abs(plane.axes[0][0] - 0.6) < 1e-3 && abs(plane.axes[0][1] - 0.8) < 1e-3)
            #expect(plane.shares[0] > 0.99 && abs(plane.shares[0] + plane.shares[1] - 1) < 1e-9)
            #expect(
                abs(plane.axes[0].indices.reduce(0) { $0 + plane.axes[0][$1] * plane.axes[1][$1] }) < 1e-9)
            let found = plane.places(of: vectors).map { $0[0] }
            for (place, expected) in zip(found, places) { #expect(abs(place - 5 * expected) < 0.1) }
            let one = PrincipalPlane([1, 2, 4], dimensions: 1, weights: [1, 1, 1])
            #expect(one.axes == [[1], [0]] && one.shares == [1, 0])
        }

        @Test func planesAreOfThoseWhoReachTheNode() throws {
            typealias Planes = LatentPlanes<Float>
            let plane = try #require(
                Planes.plane([0, 0, 1, 0, 2, 0, 99, 99], dimensions: 2, reach: [1, 0.5, 1, 0.001]))
            #expect(plane.points.count == 12)
            #expect([0, 3, 6].map { plane.points[$0] } == [0, 128, 255])
            #expect([2, 5, 8, 11].map { plane.points[$0] } == [255, 128, 255, 0])
            #expect(Planes.plane([1, 2], dimensions: 2, reach: [0]) == nil)
            #expect(Planes.plane([.nan, 2], dimensions: 2, reach: [1]) == nil)
        }

        @Test func picturesLieInRowsOnASheet() throws {
            let format = PictureFormat(
                shape: [1, 1, 2], sheets: 2, choices: .roomy, columns: 8, budget: 1 << 20)
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
