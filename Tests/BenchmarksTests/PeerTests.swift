import Configuration
import Foundation
import Kernels
import Testing
import TestSupport

@testable import Benchmarks
@testable import Checkpoints
@testable import ReferenceWeights

extension BenchmarksTests {
    /// A step of every family and likelihood, repeated in PyTorch from the same weights, samples and noise. The PyTorch
    /// program is that of the speed comparison, in launch/peer.
    @Suite(.needs(.torch), .needs(.python("h5py")))
    struct PeerTests {
        /// Deviations that are allowed: of parts of the loss, of outputs, of gradients.
        struct Tolerances {
            let (losses, outputs, gradients): (Double, Double, Double)

            init<R: Scalar>(_: R.Type) {
                (losses, outputs, gradients) =
                    R.self == Double.self ? (1e-10, 1e-10, 1e-8) : (1e-4, 1e-4, 1e-3)
            }

            var arguments: String { "losses=\(losses), outputs=\(outputs), gradients=\(gradients)" }
        }

        private func configuration(_ overrides: [String]) throws -> Configuration {
            var configuration = Configuration()
            for override in overrides + [
                "model.latent=[3,4,2,5]", "training.batch_size=9", "growth.max_depth=3",
                "growth.max_leaves=3",
            ] {
                try configuration.apply(overrides: [override])
            }
            try configuration.validate()
            return configuration
        }

        /// Runs a program that may import the modules of launch/peer; its failure is one of the test.
        @discardableResult
        private func run(_ program: String, in directory: String) throws -> String {
            return try PythonDocument.run(
                """
                import sys
                sys.path.insert(0, "\(Repository.root)/launch/peer")
                sys.dont_write_bytecode = True
                import torch
                torch.set_num_threads(1)

                """ + program, in: directory)
        }

        // MARK: Steps

        static let settings: [[String]] = [
            ["model.family=cnn1", "model.layers=[32,12,14,10]"],
            ["model.family=cnn_omni", "model.layers=[128,12,14,10]", "model.likelihood=gaussian"],
            ["model.family=mlp", "model.layers=[12,14,10,9]"],
            ["model.family=mlp", "model.layers=[12,14,10,9]", "model.likelihood=negative-binomial"],
            ["model.family=cnn2", "model.layers=[4096,12,14,10]", "model.likelihood=gaussian-learned"],
        ]

        @Test(arguments: settings) func aStepIsThatOfPyTorch(_ overrides: [String]) throws {
            try check(overrides, as: Double.self)
            try check(overrides, as: Float.self)
        }

        private func check<R: Scalar>(_ overrides: [String], as scalar: R.Type) throws {
            try withTemporaryDirectory { directory in
                _ = try StepExport(
                    configuration(overrides), leaves: 3, to: directory + "/step.h5", scalar: scalar)
                let printed = try run(
                    "import check\ncheck.main(\"step.h5\", \(Tolerances(scalar).arguments))\n", in: directory)
                #expect(printed.contains("gradients: worst deviation"))
            }
        }

        // MARK: Weights

        static let families: [[String]] = [
            ["model.family=cnn1", "model.layers=[128,12,14,10]", "model.batch_norm.epsilon=1e-5"],
            ["model.family=cnn1", "model.layers=[128,12,14,10]"],
            ["model.family=cnn_omni", "model.layers=[128,12,14,10]", "model.batch_norm.epsilon=1e-5"],
            ["model.family=mlp", "model.layers=[128,14,10,9]"],
            ["model.family=cnn2", "model.layers=[4096,12,14,10]", "model.likelihood=gaussian"],
        ]

        /// A model that PyTorch makes, of a tree that was pruned, comes here by way of a state dict and `import`; a step is
        /// compared, and `export` brings it back.
        @Test(.needs(.python("safetensors")), arguments: families)
        func weightsOfPyTorchComeAndGo(_ overrides: [String]) throws {
            try exchange(overrides, as: Float.self)
            // Once is enough: all but the type is the same.
            if overrides == Self.families[0] {
                try exchange(overrides + ["precision=double"], as: Double.self)
            }
        }

        private func exchange<R: Scalar>(_ overrides: [String], as scalar: R.Type) throws {
            let configuration = try configuration(overrides)
            let model = configuration.model
            try withTemporaryDirectory { directory in
                try run(
                    """
                    import numpy
                    import reference
                    from families import Settings
                    from model import Topology, TreeVAE

                    Settings.family, Settings.likelihood = "\(model.family.rawValue)", "\(model.likelihood.rawValue)"
                    Settings.input_shape = \(model.family.inputShape)
                    Settings.latent, Settings.layers = \(model.latent), \(model.layers)
                    torch.manual_seed(3)
                    tree = Topology([-1, 0, 0, 1, 2, 2], [1, 3, 4, -1, -1, -1], [2, -1, 5, -1, -1, -1])
                    model = TreeVAE(tree).to(torch.\(R.self == Double.self ? "float64" : "float32"))
                    for name, tensor in model.state_dict().items():
                        if name.endswith("running_var") or "batch_norm" in name and name.endswith("weight"):
                            tensor.uniform_(0.7, 1.4)
                        elif name.endswith("running_mean") or "batch_norm" in name and name.endswith("bias"):
                            tensor.uniform_(-0.3, 0.3)
                    reference.save(model, "weights.safetensors")
                    numpy.save("tree.npy", numpy.array(reference.rows(tree), dtype=object).astype(str))
                    """, in: directory)
                let weights = try ReferenceImport(
                    directory + "/weights.safetensors", configuration: configuration,
                    tree: ReferenceTree(contentsOf: directory + "/tree.npy"), inputShape: nil)
                _ = try weights.write(to: directory + "/model.h5", scalar: scalar)
                let reader = try CheckpointReader(directory + "/model.h5")
                #expect(reader.header.tree.leaves == [3, 4, 5])
                _ = try StepExport(reader, batchSize: 9, to: directory + "/step.h5", scalar: scalar)
                try ReferenceExport(reader).write(to: directory + "/back.safetensors", scalar: scalar)
                let printed = try run(
                    """
                    import check, h5py
                    check.main("step.h5", weights="weights.safetensors", \(Tolerances(scalar).arguments))
                    with h5py.File("step.h5") as file:
                        check.load_model(file, "back.safetensors")
                    """, in: directory)
                #expect(printed.contains("gradients: worst deviation"))
            }
        }
    }
}
