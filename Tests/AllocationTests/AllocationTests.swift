import AllocationCounter
import Checkpoints
import Datasets
import RunProgress
import RunLog
import TestSupport
import Testing
import Training

/// Whole trainings through every phase, whose steps allocate nothing.
///
/// Serialised, as all that use HDF5. A debug build is full of boxes that optimisation removes.
@Suite(.serialized, .needs(.optimisation)) struct AllocationTests {
    /// A training, and how much may be allocated for each column of a batch.
    struct Subject: Sendable {
        var shape = [1, 28, 28]
        var settings: [String]
        var allowance: UInt = 0
    }

    /// Every family of networks, what changes a step, and what changes a batch.
    static let subjects = [
        Subject(settings: []),
        Subject(settings: ["data.memory_budget=0"]),
        Subject(settings: ["model.path_threshold=0.2"]),
        Subject(settings: ["optimizer.weight_decay=1e-5", "training.drop_last=true"]),
        Subject(settings: ["model.family=cnn_omni"]),
        Subject(shape: [19], settings: ["model.family=mlp"]),
        Subject(shape: [19], settings: ["model.family=mlp", "model.likelihood=gaussian"]),
        Subject(
            shape: [784],
            settings: ["model.family=mlp", "model.layers=[32,12,12]", "performance.kernels=blas"]),
        Subject(
            shape: [784], settings: ["model.family=mlp", "model.layers=[32,12,12]", "precision=mixed"]),
        Subject(
            shape: [3, 32, 32],
            settings: ["model.family=cnn2", "model.layers=[128,12,12]", "model.likelihood=gaussian"]),
        Subject(settings: [
            "augmentation.method=affine", "augmentation.views=2", "contrastive.weight=20",
        ]),
        // For each picture the pixels that each row and column is resampled from, and the order of its changes.
        Subject(
            settings: [
                "augmentation.method=crop_and_jitter", "augmentation.colour.saturation=0",
                "augmentation.colour.hue=0", "augmentation.colour.grey=0",
            ], allowance: 8),
    ]

    private static let columns = 32

    private static let schedule = [
        "model.layers=[16,12,12]", "model.latent=[3,3,3]", "training.batch_size=\(columns)",
        "training.epochs.initial=2",
        "training.epochs.subtree=2", "training.epochs.intermediate=0", "training.epochs.finetune=2",
        "growth.max_leaves=3", "growth.max_depth=2", "growth.minimum_samples=20",
    ]

    /// Samples of noise.
    private func samples(_ count: Int, _ shape: [Int], key: Int) -> Dataset {
        Dataset(
            floats: (0..<count * shape.reduce(1, *)).map { Float(abs(number($0, key: key))) }, shape: shape,
            name: "noise", source: "made by a test")
    }

    /// What is allocated between steps of a training.
    private func allocations<R: Scalar>(of subject: Subject, _: R.Type) throws -> [UInt] {
        try withTemporaryDirectory { directory in
            try ShardWriter.write(
                train: samples(128, subject.shape, key: 1), test: samples(32, subject.shape, key: 2),
                to: directory + "/data",
                shards: 1)
            let plan = try RunPlan(
                configuration: nil, defaults: .published,
                overrides: Self.schedule + ["precision=\(R.self == Float.self ? "float" : "double")"]
                    + subject.settings,
                source: .shards(directory + "/data"), directory: RunDirectory(directory + "/run"),
                resumes: false, ranks: 1)
            let watch = StepWatch()
            _ = try Trainer<R>(plan, communicator: watch, display: RunDisplay(verbosity: .quiet)).run()
            return watch.allocations
        }
    }

    @Test(arguments: subjects.indices) func stepsAllocateNothing(_ index: Int) throws {
        let subject = Self.subjects[index]
        var all = [try allocations(of: subject, Float.self)]
        if !subject.settings.contains("precision=mixed") {
            all.append(try allocations(of: subject, Double.self))
        }
        for allocations in all {
            // Three steps between the four of each of two epochs in two phases, and some in the subtree's.
            #expect(allocations.count > 12)
            // What the first step of a process makes once, such as the description of a type, is no step's.
            #expect(
                allocations.dropFirst().allSatisfy { $0 <= subject.allowance * UInt(Self.columns) },
                "\(subject.settings): \(allocations)")
        }
    }

    /// The counter sees what Swift, C and C++ allocate on this thread, and nothing else.
    @Test func theCounterCounts() {
        func count(_ body: () -> Void) -> UInt {
            let before = allocations_of_this_thread()
            body()
            return allocations_of_this_thread() - before
        }
        var array: [Int] = []
        #expect(count {} == 0)
        #expect(count { array.reserveCapacity(100) } == 1)
        #expect(count { array.append(1) } == 0)
        #expect(count { array.reserveCapacity(1000) } == 1)
    }
}
