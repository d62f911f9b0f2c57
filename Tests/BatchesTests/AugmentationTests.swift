import Augmentations
import Collectives
import Configuration
import Datasets
import Foundation
import Kernels
import Layers
import RunSupport
import Testing
import TestSupport

@testable import Batches
@testable import Checkpoints
@testable import Inference
@testable import Training

extension BatchesTests {
    /// Augmented samples in batches, and around them.
    @Suite struct AugmentationTests {
        private func configuration(_ overrides: [String]) throws -> Configuration {
            var configuration = Configuration()
            try configuration.apply(overrides: overrides)
            try configuration.validate()
            return configuration
        }

        /// What a rank loads in an epoch, `[steps][columns][features]`.
        private func loaded(
            _ configuration: Configuration, _ dataset: Dataset, _ order: EpochOrder, share: RankShare,
            epoch: Int
        ) throws -> [[[Float]]] {
            let batches = EpochBatches(
                samples: order.count, views: configuration.augmentation.views, dropsLast: false,
                division: BatchDivision(batchSize: configuration.training.batchSize, share: share))
            let augmenter = try #require(
                Augmenter<Float>(configuration, shape: dataset.shape, columns: batches.division.columns))
            let pass = SamplePass<Float>(
                dataset, order: order, batches, augmentation: EpochAugmentation(augmenter, epoch: epoch))
            let images = Storage<Float>(
                count: dataset.features * paddedStride(batches.division.columns))
            var steps: [[[Float]]] = []
            while let batch = try pass.next(into: images.pointer) {
                steps.append(
                    (0..<batch.shape.columns).map { column in
                        (0..<dataset.features).map { images.pointer[$0 * batch.shape.stride + column] }
                    })
            }
            return steps
        }

        /// Each column holds what the augmentation makes of its sample as its view in its epoch, on any number of ranks,
        /// from memory and from files.
        @Test(arguments: [
            ["augmentation.method=affine"], TinyRun.twoViews,
            TinyRun.twoViews + ["augmentation.keep_first=true"],
        ])
        func columnsAreWhatTheAugmentationMakes(_ overrides: [String]) throws {
            let configuration = try configuration(overrides + ["training.batch_size=64", "seed=5"])
            let views = configuration.augmentation.views
            let augmentation = try #require(configuration.pictureAugmentation)
            try withPictures(train: 133) { directory in
                let held = try Dataset.load(directory: directory + "/data", split: .train)
                let streamed = try Dataset.load(directory: directory + "/data", splits: [.train], memory: 0)[
                    0]
                let shape = PictureShape(held.shape)!
                let order = EpochOrder(held.allSamples)
                order.shuffle(seed: 5, epoch: 7)
                func view(_ sample: Int32, _ view: Int) -> [Float] {
                    let start = Int(sample) * held.features
                    let picture = (start..<start + held.features).map {
                        Float(held.bytes![$0]) * Float(held.scale)
                    }
                    guard view > 0 || !configuration.augmentation.keepFirst else { return picture }
                    var draws = UniformDraws(
                        key: 5, sample: sample, view: view, epoch: 7,
                        stream: RandomStream.augmentation.rawValue)
                    var (scratch, result) = (picture, picture)
                    augmentation.apply(picture, shape: shape, draws: &draws, scratch: &scratch, into: &result)
                    return result
                }
                let samples = 64 / views
                let expected = stride(from: 0, to: 133, by: samples).map { start in
                    (0..<views).flatMap { view in
                        (start..<min(133, start + samples)).map { (sample: order.sample($0), view: view) }
                    }.map(view)
                }
                for dataset in [held, streamed] {
                    for ranks in 1...4 {
                        let shares = try (0..<ranks).map {
                            try loaded(
                                configuration, dataset, order, share: RankShare(rank: $0, ranks: ranks),
                                epoch: 7)
                        }
                        let steps = shares[0].indices.map { step in shares.flatMap { $0[step] } }
                        #expect(steps == expected, "\(ranks) ranks")
                    }
                }
                let other = try loaded(
                    configuration, held, order, share: RankShare(rank: 0, ranks: 1), epoch: 8)
                for (step, batch) in zip(other, expected) {
                    let kept = configuration.augmentation.keepFirst ? batch.count / 2 : 0
                    #expect(zip(step, batch).dropFirst(kept).allSatisfy { $0 != $1 })
                }
            }
        }

        /// What a run says of its model at the end is what anybody finds on the samples as they are, whatever it saw in
        /// training.
        @Test func evaluationSeesSamplesAsTheyAre() throws {
            try withPictures { directory in
                let outcome = try TinyRun(
                    data: directory + "/data",
                    ["augmentation.method=affine", "augmentation.affine.shift=9", "growth.max_leaves=2"]
                ).run(in: directory + "/run", ranks: 2)
                let checkpoint = try CheckpointReader(directory + "/run/model.h5")
                #expect(checkpoint.header.configuration.augmentation.method == .affine)
                let found = try Evaluation.run(
                    checkpoint, on: Dataset.load(directory: directory + "/data", split: .test),
                    communicator: SoloCommunicator(), scalar: Double.self)
                #expect(found.clustering == outcome.evaluation.clustering)
                // The classes are where the ink is: a model that saw shifted pictures would mix them up.
                #expect(outcome.history.last?.acc == found.clustering.table?.accuracy)
            }
        }

        private func plan(_ overrides: [String], shape: [Int], value: Float = 0.5) throws {
            try withTemporaryDirectory { directory in
                let features = shape.reduce(1, *)
                let dataset = Dataset(
                    floats: [Float](repeating: value, count: 8 * features), shape: shape, name: "made up",
                    source: "")
                try ShardWriter.write(train: dataset, test: dataset, to: directory + "/data", shards: 1)
                _ = try RunPlan(
                    configuration: nil, defaults: .published,
                    overrides: ["model.family=mlp", "training.batch_size=8"] + overrides,
                    source: .shards(directory + "/data"), directory: RunDirectory(directory + "/run"),
                    resumes: false, ranks: 1)
            }
        }

        @Test func whatCannotBeAugmentedIsRefused() throws {
            let crop = "augmentation.method=crop_and_jitter"
            for (overrides, shape, words) in [
                (
                    ["augmentation.method=affine"], [12],
                    "augmentation.method: found affine, must be none for samples of shape [12]"
                ),
                (
                    [crop], [1, 4, 4],
                    "augmentation.colour.saturation: found 0.4, must be 0 for grey pictures"
                ),
                (
                    [crop, "augmentation.colour.saturation=0", "augmentation.colour.hue=0"], [1, 4, 4],
                    "augmentation.colour.grey: found 0.2, must be 0"
                ),
                (
                    [crop], [4, 4, 4],
                    "found crop_and_jitter, must be affine or none for pictures of 4 channels"
                ),
            ] {
                let text = message { try plan(overrides, shape: shape) }
                #expect(text.contains(words), "\(text)")
            }
            let text = message {
                try plan([crop, "model.likelihood=gaussian"], shape: [3, 4, 4], value: 1.5)
            }
            #expect(
                text.contains("outside [0, 1], where augmentation.method crop_and_jitter is defined"),
                "\(text)")
            try plan([crop], shape: [3, 4, 4])
            try plan(["augmentation.method=affine"], shape: [4, 4, 4])
        }

        @Test func aBatchOfTwoViewsHasHalfAsManySamples() throws {
            // 8 samples are one batch of 16 views, and not one of 18.
            let views = [
                "augmentation.method=affine", "augmentation.views=2", "training.drop_last=true",
                "growth.minimum_samples=4",
            ]
            try plan(views + ["training.batch_size=16"], shape: [1, 4, 4])
            let text = message { try plan(views + ["training.batch_size=18"], shape: [1, 4, 4]) }
            #expect(text.contains("8 training samples, fewer than the 9 of a batch"), "\(text)")
        }
    }
}
