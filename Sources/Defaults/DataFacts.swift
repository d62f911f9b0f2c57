import Datasets
import Foundation

/// What the samples of a data set are like, as far as settings depend on it.
package struct DataFacts: Sendable, Equatable {
    /// Number of samples.
    package var count: Int
    /// Shape of one: `[channels, height, width]` or `[features]`.
    package var shape: [Int]
    /// Whether the shards say that values are counts.
    package var isCounts: Bool
    /// The smallest and the largest input.
    package var range: ClosedRange<Double>
    /// Whether all inputs are whole numbers.
    package var isWhole: Bool
    /// Share of the inputs that is 0.
    package var zeroShare: Double
    /// Share of the features that reach the largest input: grey values do, counts do not.
    package var fullShare: Double
    /// Variance of a feature, on average.
    package var variance: Double
    /// So many of the last features are covariates, of which nothing else is said here.
    package var covariates = 0
    /// Whether values may be missing.
    package var mayMiss = false
    /// Features that are 0 or 1, both of which occur, by their places.
    package var binary: [Int] = []

    /// Numbers in one sample.
    package var features: Int { shape.reduce(1, *) }

    /// So many samples are looked at, spread over the data set.
    private static let most = 2048

    /// What is said of a data set elsewhere.
    package init(
        count: Int, shape: [Int], isCounts: Bool, range: ClosedRange<Double>, isWhole: Bool,
        zeroShare: Double,
        fullShare: Double, variance: Double
    ) {
        self.count = count
        self.shape = shape
        self.isCounts = isCounts
        self.range = range
        self.isWhole = isWhole
        self.zeroShare = zeroShare
        self.fullShare = fullShare
        self.variance = variance
    }

    /// Looks at a data set.
    /// - Throws: `StoreError` where samples that stay in their files cannot be read.
    package init(_ dataset: Dataset) throws {
        let (width, features) = (dataset.features, dataset.features - dataset.covariates)
        let looked = min(Self.most, dataset.count)
        let samples = (0..<looked).map { Int32($0 * dataset.count / looked) }
        var sums = [Double](repeating: 0, count: features)
        var squares = sums
        var highest = [Double](repeating: -.infinity, count: features)
        var counts = [Double](repeating: 0, count: features)
        var ones = [Double](repeating: 0, count: features)
        var others = [Bool](repeating: false, count: features)
        var (low, isWhole, zeros) = (Double.infinity, true, 0)
        func take(_ value: Double, _ feature: Int) {
            if value.isNaN { return }
            counts[feature] += 1
            if value == 1 { ones[feature] += 1 } else if value != 0 { others[feature] = true }
            sums[feature] += value
            squares[feature] += value * value
            highest[feature] = max(highest[feature], value)
            low = min(low, value)
            if value != value.rounded() { isWhole = false }
            if value == 0 { zeros += 1 }
        }
        func take(_ bytes: UnsafePointer<UInt8>?, _ floats: UnsafePointer<Float>?, row: Int) {
            for feature in 0..<features {
                let place = row * width + feature
                take(
                    (bytes.map { Double($0[place]) } ?? floats.map { Double($0[place]) } ?? 0)
                        * dataset.scale, feature)
            }
        }
        if let stored = dataset.stored {
            let reader = SampleReader(stored)
            let block = RowBlock(stored)
            // A few at a time, so that wide samples take little room.
            let step = max(1, (1 << 24) / max(1, stored.sampleBytes))
            for start in stride(from: 0, to: looked, by: step) {
                let part = Array(samples[start..<min(start + step, looked)])
                try reader.read(part, into: block)
                for slot in block.slots { take(block.bytes, block.floats, row: Int(slot)) }
            }
        } else {
            for sample in samples { take(dataset.bytes, dataset.floats, row: Int(sample)) }
        }
        let high = highest.max() ?? 0
        count = dataset.count
        shape = dataset.shape
        isCounts = dataset.isCounts
        range = min(low, high)...high
        self.isWhole = isWhole
        zeroShare = Double(zeros) / Double(max(1, looked * features))
        fullShare = Double(highest.count { $0 == high }) / Double(max(1, features))
        variance =
            sums.indices.reduce(0) { sum, feature in
                let number = max(1, counts[feature])
                let mean = sums[feature] / number
                return sum + max(0, squares[feature] / number - mean * mean)
            } / Double(max(1, features))
        covariates = dataset.covariates
        mayMiss = dataset.mayMiss
        binary = sums.indices.filter { !others[$0] && ones[$0] > 0 && ones[$0] < counts[$0] }
    }
}
