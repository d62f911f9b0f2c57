import Configuration
import Foundation
import Kernels
import TestSupport
import Testing

@testable import Training

extension TrainingTests {
    /// A step of every family and likelihood, repeated in PyTorch from the same weights, samples and noise.
    @Suite(
        .enabled(
            if: PythonDocument.canRun && PythonDocument.has("torch"),
            Comment(rawValue: PythonDocument.lacks("torch and h5py"))))
    struct PeerTests {
        static let settings: [[String]] = [
            ["model.family=cnn1", "model.layers=[32,12,14,10]"],
            ["model.family=cnn_omni", "model.layers=[128,12,14,10]", "model.likelihood=gaussian"],
            ["model.family=mlp", "model.layers=[12,14,10,9]"],
            ["model.family=mlp", "model.layers=[12,14,10,9]", "model.likelihood=negative-binomial"],
            ["model.family=cnn2", "model.layers=[4096,12,14,10]", "model.likelihood=gaussian-learned"],
        ]

        @Test(arguments: settings) func aStepIsThatOfPyTorch(_ overrides: [String]) throws {
            try check(overrides, lossTolerance: 1e-10, gradientTolerance: 1e-8, as: Double.self)
            // A gradient that nearly vanishes, as of a bias before a batch-norm, has few digits in single precision.
            try check(overrides, lossTolerance: 1e-5, gradientTolerance: 1e-2, as: Float.self)
        }

        private func check<R: Scalar>(
            _ overrides: [String], lossTolerance: Double, gradientTolerance: Double, as scalar: R.Type
        ) throws {
            var configuration = Configuration()
            for override in overrides + [
                "model.latent=[3,4,2,5]", "training.batch_size=9", "growth.max_depth=3",
                "growth.max_leaves=3",
            ] {
                try configuration.apply(override: override)
            }
            try configuration.validate()
            try withTemporaryDirectory { directory in
                _ = try StepExport(configuration, leaves: 3, to: directory + "/step.h5", scalar: scalar)
                let peer =
                    #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/launch/peer"
                let printed = try PythonDocument.run(
                    """
                    import sys
                    sys.path.insert(0, "\(peer)")
                    sys.dont_write_bytecode = True
                    import check
                    check.main("step.h5", \(lossTolerance), \(gradientTolerance))
                    """, in: directory)
                #expect(printed.contains("gradients: worst deviation"))
            }
        }
    }
}
