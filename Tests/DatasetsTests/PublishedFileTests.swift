import Datasets
import Testing
import TestSupport

extension DatasetsTests {
    /// Preparation of the published files, where a copy of them lies beside the package.
    @Suite struct PublishedFileTests {
        @Test(.needs(.sharedData("mnist/train-images-idx3-ubyte.gz")))
        func mnistHasItsKnownCounts() throws {
            let train = try Preparation.mnist.load(.train, from: Repository.sharedData + "/mnist")
            #expect(train.count == 60_000 && train.shape == [1, 28, 28])
            #expect(train.classCounts == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
            let test = try Preparation.mnist.load(.test, from: Repository.sharedData + "/mnist")
            #expect(test.classCounts == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
            // The mean grey value that the literature standardises MNIST with, 0.1307.
            let mean = Double(train.storedBytes.reduce(0) { $0 + Int($1) }) / 255 / (60_000 * 784)
            #expect(abs(mean - 0.1307) < 0.0001)

            try withTemporaryDirectory { directory in
                try ShardWriter.write(train: train, test: test, to: directory + "/mnist", shards: 5)
                let again = try Dataset.load(directory: directory + "/mnist", split: .train)
                #expect(again.labels == train.labels)
                #expect(again.storedBytes == train.storedBytes)
            }
        }

        @Test(.needs(.sharedData("fashion-mnist/t10k-images-idx3-ubyte.gz")))
        func fashionHasItsKnownCounts() throws {
            let test = try Preparation.fashionMnist.load(
                .test, from: Repository.sharedData + "/fashion-mnist")
            #expect(test.classCounts == [Int](repeating: 1000, count: 10))
        }
    }
}
