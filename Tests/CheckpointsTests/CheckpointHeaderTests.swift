import Foundation
import Kernels
import RunLog
import RunSupport
import Store
import Testing
import TestSupport
import TreeModel

@testable import Checkpoints

extension CheckpointsTests {
    @Suite struct CheckpointHeaderTests {
        @Test(arguments: [0, 1, 600, 10_000]) func headersAndParametersComeBack(epochs: Int) throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/model.h5"
                let sample = try SampleCheckpoint(epochs: epochs)
                try sample.write(to: path)
                let reader = try CheckpointReader(path)
                #expect(reader.header.history == sample.header.history)
                #expect(reader.header.tree == sample.header.tree)
                #expect(reader.header.clustering == sample.header.clustering)
                #expect(reader.header.configuration == sample.header.configuration)
                let model = TreeVAE<Float>(
                    architecture: sample.model.architecture, tree: reader.header.tree, columns: 1,
                    training: false)
                try reader.restore(model)
                #expect(model.arena.digest() == sample.model.arena.digest())
            }
        }

        /// HDF5 keeps lists of this length without a checksum.
        @Test(arguments: [600, 10_000]) func aBitFlippedInALongHistoryIsNoticed(epochs: Int) throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/model.h5"
                let sample = try SampleCheckpoint(epochs: epochs)
                try sample.write(to: path)
                var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
                let losses = sample.header.history.map(\.loss).withUnsafeBytes { Data($0) }
                let place = try #require(bytes.range(of: losses))
                bytes[place.lowerBound + losses.count / 2] ^= 1
                try bytes.write(to: URL(fileURLWithPath: path))
                let expected = "cannot verify \(path): the digest of its contents is "
                #expect(message { _ = try CheckpointReader(path) }.hasPrefix(expected))
                #expect(message { try HDF5File.verify(path) }.hasPrefix(expected))
            }
        }

        @Test func unknownVersionsAreRefusedAsSuch() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/model.h5"
                let file = try HDF5File.create(path)
                try file.root.setAttribute("format", to: "treevae-dist checkpoint")
                try file.root.setAttribute("format_version", to: 9)
                try file.root.setAttribute("attributes_crc32", to: 0)
                try file.close()
                #expect(message { _ = try CheckpointSummary(path) }.contains("its format version is 9"))
            }
        }

        @Test func summaryTellsEverything() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/model.h5"
                let sample = try SampleCheckpoint(epochs: 9)
                try sample.write(to: path)
                let summary = try CheckpointSummary(path)
                #expect(summary.phases.map(\.count) == [4, 4, 1])
                #expect(summary.phases.map { $0.last?.phase } == ["initial", "subtree", "finetune"])
                #expect(
                    summary.drawing(style: .ascii) == """
                        0          depth 0        53522 parameters  100.0 %  purity 0.600  mostly eins
                        |-- 1      depth 1        56866 parameters   66.7 %  purity 0.900  mostly eins
                        |   |-- 3  depth 2  leaf  14169 parameters   40.0 %  purity 1.000  mostly eins
                        |   `-- 4  depth 2  leaf  14169 parameters   26.7 %  purity 0.750  mostly eins
                        `-- 2      depth 1  leaf  14169 parameters   33.3 %  purity 1.000  mostly null

                        """)
                let encoded = try JSONEncoder().encode(summary)
                let json = try #require(try JSONSerialization.jsonObject(with: encoded) as? [String: Any])
                let nodes = try #require(json["nodes"] as? [[String: Any]])
                let parameters = try #require(json["parameters"] as? [String: Int])
                #expect(nodes.count == 5 && (json["history"] as? [Any])?.count == 9)
                #expect(json["phase"] as? String == "finished" && json["epoch"] as? Int == 0)
                #expect(json["configuration"] as? String == sample.header.configuration.yaml())
                let inNodes = nodes.compactMap { $0["parameters"] as? Int }.reduce(0, +)
                #expect(parameters["total"] == sample.model.arena.count)
                #expect(parameters["trunk"] == sample.model.arena.count - inNodes)
                #expect(nodes[3]["kind"] as? String == "leaf" && nodes[3]["side"] as? String == "left")
            }
        }

        @Test(.needs(.python("h5py")))
        func thePythonProgramsOfTheDocumentRun() throws {
            try withTemporaryDirectory { directory in
                let sample = try SampleCheckpoint(epochs: 10_000)
                try sample.write(to: directory + "/model.h5")
                let programs = try PythonDocument("checkpoint-format.md").programs
                #expect(programs.count == 2)
                let check = "print(weight.shape, weight.dtype, len(loss), loss[-1])"
                let output = try PythonDocument.run(programs[0] + check, in: directory)
                #expect(
                    output == """
                         0 root 100.0%
                             1 inner 66.7%
                             2 leaf 33.3%
                                 3 leaf 40.0%
                                 4 leaf 26.7%
                        (288, 8) float32 10000 \(sample.header.history[9999].loss)

                        """)
                _ = try PythonDocument.run(programs[1], in: directory)
            }
        }

        /// Version 1 had no digest; a file of version 2 that has none was not written by this program.
        @Test(.needs(.python("h5py")), .needs(.python("xxhash")))
        func aDigestIsRequiredFromVersion2On() throws {
            try withTemporaryDirectory { directory in
                let sample = try SampleCheckpoint(epochs: 9)
                try sample.write(to: directory + "/model.h5")
                func change(_ statement: String) throws {
                    _ = try PythonDocument.run(
                        "import h5py\nwith h5py.File('model.h5', 'r+') as f: \(statement)", in: directory)
                }
                let path = directory + "/model.h5"
                try change("f['history'].attrs['epochs'] = 8")
                #expect(message { _ = try CheckpointReader(path) }.contains("the digest of its contents is"))
                try change("del f.attrs['contents_digest']")
                #expect(
                    message { _ = try CheckpointReader(path) }.contains("it holds no digest of its contents"))
                try change("f.attrs['format_version'] = 1")
                #expect(try CheckpointReader(path).header.history == sample.header.history)
                try change("f['history'].attrs['attributes_crc32'] = 1")
                #expect(
                    message { _ = try CheckpointReader(path) }
                        .contains("cannot read the attributes of /history in \(path): their checksum is "))
            }
        }
    }
}
