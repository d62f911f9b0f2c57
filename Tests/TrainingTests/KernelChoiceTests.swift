import Files
import Foundation
import RunSupport
import TestSupport
import Testing

@testable import Checkpoints
@testable import Training

extension TrainingTests {
    /// Products of wide layers by other kernels than our own.
    @Suite struct KernelChoiceTests {
        private static let wide = ["precision=float", "model.family=mlp", "model.layers=[32,12,12,12]"]

        /// From the end of each phase a run goes on, and ends with the same bits.
        @Test(arguments: ["performance.kernels=blas", "precision=mixed"]) func aRunGoesOn(choice: String)
            throws
        {
            try withPictures { directory in
                let run = TinyRun(data: directory + "/data", Self.wide + [TinyRun.fewCheckpoints, choice])
                try run.run(in: directory + "/whole", ranks: 2)
                let expected = try storedTensors(directory + "/whole/model.h5")
                let checkpoints = RunDirectory(directory + "/whole").checkpointsNewestFirst()
                #expect(checkpoints.count > 3)
                for (index, checkpoint) in checkpoints.dropFirst().enumerated() {
                    let target = RunDirectory(directory + "/resumed-\(index)")
                    _ = try target.take()
                    try copyFile(
                        checkpoint,
                        to: Directory.join(target.checkpoints, Directory.lastComponent(of: checkpoint)))
                    try run.run(in: target.path, ranks: 2, resumes: true)
                    #expect(
                        try differences(storedTensors(target.model), expected) == [], "from \(checkpoint)")
                }
            }
        }

        /// What `auto` has decided the run's configuration says, and a file that says `auto` agrees with it.
        @Test func theChoiceIsKept() throws {
            try withPictures { directory in
                let data = directory + "/data"
                let path = directory + "/run"
                try TinyRun(data: data, Self.wide + [TinyRun.fewCheckpoints]).run(
                    in: path, ranks: 2, with: ["performance.kernels=auto"])
                let configuration = try CheckpointReader(path + "/model.h5").header.configuration
                #expect(configuration.performance.kernels != .auto)
                let file = String(
                    decoding: try bytes(of: RunDirectory(path).configuration), as: UTF8.self)
                #expect(file == configuration.yaml())

                var asked = configuration
                asked.performance.kernels = .auto
                try asked.yaml().write(toFile: directory + "/asked.yml", atomically: true, encoding: .utf8)
                let plan = try RunPlan(
                    configuration: directory + "/asked.yml", defaults: .published, overrides: [],
                    source: .shards(data), directory: RunDirectory(path), resumes: true, ranks: 2)
                #expect(plan.configuration == configuration)
            }
        }
    }
}
