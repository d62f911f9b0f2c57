import Testing

@testable import Augmentations

@Suite struct UniformDrawsTests {
    private func numbers(
        key: UInt64 = 7, sample: Int32 = 3, view: Int = 0, epoch: UInt32 = 5, stream: UInt32 = 8
    ) -> [Double] {
        var draws = UniformDraws(key: key, sample: sample, view: view, epoch: epoch, stream: stream)
        return (0..<12).map { _ in draws.next() }
    }

    @Test func eachKeyHasItsOwnNumbers() {
        let all = [
            numbers(), numbers(key: 8), numbers(key: 1 << 40), numbers(sample: 4), numbers(view: 1),
            numbers(epoch: 6), numbers(stream: 9),
        ]
        #expect(numbers() == all[0])
        #expect(Set(all.flatMap { $0 }).count == all.count * 12)
    }

    @Test func numbersAreUniform() {
        var all: [Double] = []
        for sample in 0..<4000 { all += numbers(sample: Int32(sample)) }
        #expect(all.allSatisfy { $0 > 0 && $0 < 1 })
        let count = Double(all.count)
        let mean = all.reduce(0, +) / count
        let square = all.map { $0 * $0 }.reduce(0, +) / count
        // Five standard errors: of u, 1/12 variance; of u², 4/45.
        #expect(abs(mean - 0.5) < 5 * (1 / 12 / count).squareRoot())
        #expect(abs(square - 1.0 / 3) < 5 * (4 / 45 / count).squareRoot())
        var draws = UniformDraws(key: 1, sample: 1, view: 1, epoch: 1, stream: 1)
        #expect((0..<500).allSatisfy { _ in (-3..<2.5).contains(draws.next(from: -3, to: 2.5)) })
    }
}
