import Configuration
import Datasets
import Kernels
import Layers
import Networks
import RunSupport
import Safetensors
import Store
import TestSupport
import Testing
import Topology
import TreeModel

@testable import Checkpoints
@testable import ReferenceWeights

extension ReferenceWeightsTests {
    /// Weights on their way to the authors' PyTorch implementation and back.
    @Suite struct ReferenceTests {
        /// A data set's configuration, and the reference's trainable values with two and with ten leaves.
        static let published: [(file: String, shape: [Int], two: Int, ten: Int)] = [
            ("mnist", [1, 28, 28], 181_324, 749_604), ("fashion-mnist", [1, 28, 28], 181_324, 749_604),
            ("omniglot", [1, 28, 28], 2_137_892, 7_929_148),
            ("20newsgroups", [2000], 4_527_098, 16_622_474),
            ("cifar-10", [3, 32, 32], 10_975_016, 27_501_136),
            ("celeba", [3, 64, 64], 14_518_568, 40_494_160),
        ]

        @Test(arguments: published.indices) func aStateDictHasThePublishedNumberOfParameters(_ row: Int)
            throws
        {
            let (name, shape, two, ten) = Self.published[row]
            let configuration = try Configuration(file: "\(Repository.root)/configs/\(name).yml")
            let architecture = Architecture(configuration, inputShape: shape)
            #expect(architecture.referenceProblem == nil)
            var tree = Tree()
            for (leaves, expected) in [(2, two), (10, ten)] {
                if leaves == 10 { for leaf in 1...8 { _ = tree.split(leaf) } }
                let model = TreeVAE<Float>(
                    architecture: architecture, tree: tree, columns: 1,
                    training: architecture.contrastive != nil)
                let tensors = ReferenceTensor.all(of: model)
                #expect(Set(tensors.map(\.name)).count == tensors.count)
                let trainable = tensors.reduce(0) {
                    switch $1.source {
                    case .parameter, .unused: $0 + $1.shape.reduce(1, *)
                    case .statistic, .batchCount: $0
                    }
                }
                #expect(trainable == expected, "\(leaves) leaves")
            }
        }

        /// A model whose tree has grown unevenly and was pruned: identifiers are not breadth first, and a node has one
        /// child.
        private func checkpoint(_ directory: String) throws -> String {
            var sample = try SampleCheckpoint(epochs: 3)
            var tree = sample.header.tree
            _ = tree.split(3)
            tree = try #require(tree.removing(leaf: 4)).tree
            _ = tree.split(2)
            sample.header.tree = tree
            sample.header.clustering = nil
            let architecture = Architecture(sample.header.configuration, inputShape: [1, 28, 28])
            let model = TreeVAE<Float>(architecture: architecture, tree: tree, columns: 1, training: true)
            model.arena.initialise(architecture.initialisation, seed: 9, generation: 0)
            // Running statistics that are none's first values.
            for index in 0..<model.arena.statisticsCount {
                model.arena.running.pointer[index] = 0.5 + Float(index % 97) / 100
            }
            let path = directory + "/model.h5"
            try CheckpointWriter(header: sample.header, arena: model.arena).write(to: path)
            return path
        }

        private func imported(
            _ path: String, tree: ReferenceTree? = nil, to out: String,
            _ configuration: Configuration = Configuration()
        ) throws {
            _ = try ReferenceImport(path, configuration: configuration, tree: tree, inputShape: nil)
                .write(to: out, scalar: Float.self)
        }

        @Test func everyValueComesBack() throws {
            try withTemporaryDirectory { directory in
                let path = try checkpoint(directory)
                let weights = directory + "/weights.safetensors"
                let reader = try CheckpointReader(path)
                let export = try ReferenceExport(reader)
                try export.write(to: weights, scalar: Float.self)
                try export.writeTree(to: directory + "/tree.npy")
                #expect(export.difference?.contains("0.001 here and 1e-05 there") == true)
                let again = directory + "/again.h5"
                try imported(weights, to: again)
                let topology = try ReferenceTree(contentsOf: directory + "/tree.npy")
                try imported(weights, tree: topology, to: directory + "/same.h5")
                #expect(
                    differences(try storedTensors(again), try storedTensors(directory + "/same.h5")) == [])

                // The tree is the same, its nodes breadth first.
                let header = try CheckpointReader(again).header
                #expect(header.tree.leaves.count == reader.header.tree.leaves.count)
                #expect(header.tree.nodes.map(\.parent) == [nil, 0, 0, 1, 2, 2, 3, 3])
                #expect(reader.header.tree.nodes.map(\.parent) != header.tree.nodes.map(\.parent))
                #expect(header.phaseName == "finished" && header.inputShape == [1, 28, 28])
                let (before, after): (TreeVAE<Float>, TreeVAE<Float>) = (
                    try reader.model(columns: 1), try CheckpointReader(again).model(columns: 1)
                )
                let order = reader.header.tree.breadthFirst
                let copy = TreeVAE<Float>(
                    architecture: after.architecture, tree: after.tree, columns: 1, training: false)
                copy.arena.copyValues(from: before.arena) { name in
                    guard name.hasPrefix("node_") else { return name }
                    return nodeName(order[Int(name.dropFirst(5).prefix(3))!]) + name.dropFirst(8)
                }
                #expect(copy.arena.digest() == after.arena.digest())

                // And the file that comes of it is the first one.
                try ReferenceExport(CheckpointReader(again)).write(
                    to: directory + "/again.safetensors", scalar: Float.self)
                #expect(try bytes(of: directory + "/again.safetensors") == bytes(of: weights))
            }
        }

        /// Writes the tensors of a file to another, some of them changed.
        private func rewrite(
            _ path: String, to out: String, _ change: (SafetensorsTensor) -> (name: String, shape: [Int])?,
            added: [String: [Int]] = [:]
        ) throws {
            let file = try SafetensorsFile(path)
            var writer = SafetensorsWriter(metadata: file.metadata)
            for tensor in file.tensors.values {
                guard let (name, shape) = change(tensor) else { continue }
                let element = tensor.element ?? .float
                let values: [Float] = element == .float ? try file.doubles(of: tensor).map(Float.init) : []
                writer.add(name, element, shape: shape) {
                    element == .float
                        ? values.prefix(shape.reduce(1, *)).withUnsafeBytes { Array($0) }
                        : Array(repeating: 0, count: 8)
                }
            }
            for (name, shape) in added {
                writer.add(name, .float, shape: shape) { Array(repeating: 0, count: shape.reduce(4, *)) }
            }
            try writer.write(to: out)
        }

        @Test func everythingThatDoesNotFitIsListed() throws {
            try withTemporaryDirectory { directory in
                let weights = directory + "/weights.safetensors"
                try ReferenceExport(CheckpointReader(checkpoint(directory))).write(
                    to: weights, scalar: Float.self)
                let bad = directory + "/bad.safetensors"
                try rewrite(
                    weights, to: bad,
                    {
                        switch $0.name {
                        case "decisions.0.dense3.bias", "bottom_up.2.mu.weight": nil
                        case "denses.1.mu.weight": ($0.name, [8, 64])
                        case "bottom_up.0.cnn0.weight": ("bottom_up.0.cnn9.weight", $0.shape)
                        default: ($0.name, $0.shape)
                        }
                    }, added: ["decisions_q.4.dense3.bias": [1]])
                let found = message { try imported(bad, to: directory + "/out.h5") }
                #expect(
                    found.split(separator: "\n").dropFirst() == [
                        "  missing: bottom_up.0.cnn0.weight [8, 1, 3, 3]",
                        "  missing: bottom_up.2.mu.weight [8, 128]",
                        "  missing: decisions.0.dense3.bias [1]",
                        "  misshapen: denses.1.mu.weight is [8, 64], expected [8, 128]",
                        "  unknown: bottom_up.0.cnn9.weight [8, 1, 3, 3]",
                        "  unknown: decisions_q.4.dense3.bias [1]",
                    ], "\(found)")
                #expect(found.contains(bad) && (try? bytes(of: directory + "/out.h5")) == nil)

                // What the reference leaves in its files is no fault: routers of pruned splits, and a prefix.
                try rewrite(
                    weights, to: bad, { ("_orig_mod." + $0.name, $0.shape) },
                    added: ["_orig_mod.decisions_q.1.dense3.bias": [1]])
                try imported(bad, to: directory + "/out.h5")
            }
        }

        @Test func treesThatAreNoneAreNamed() throws {
            let tree = try ReferenceTree(list: "0, 0,1,1", place: "here").tree
            #expect(tree.leaves == [2, 3, 4])
            for (list, words) in [
                ("", "a root alone"), ("0,x", "'0,x' is no list"), ("0,2", "does not come before it"),
                ("0,0,0", "more than two children"), ("0,0,2,1", "breadth first"), ("-1", "come before"),
            ] {
                let found = message { _ = try ReferenceTree(list: list, place: "here") }
                #expect(found.contains(words) && found.contains("here"), "\(found)")
            }
            try withTemporaryDirectory { directory in
                let path = directory + "/tree.npy"
                func load(_ rows: [[String]]) throws -> String {
                    try NumpyTexts(rows: rows).write(to: path)
                    return message { _ = try ReferenceTree(contentsOf: path) }
                }
                let (root, left) = (["0", "0", "None", "10"], ["1", "a", "0", "1"])
                #expect(try load([root, left, ["2", "b", "0", "1"]]) == "no error was thrown")
                #expect(try load([root, left, ["3", "b", "0", "1"]]).contains("row 2: its id is '3'"))
                #expect(try load([root, left, ["2", "b", "?", "1"]]).contains("row 2: its parent is '?'"))
                #expect(try load([root, left, ["2", "b", "0", "10"]]).contains("row 2: its kind is '10'"))
                #expect(try load([["0", "None"]]).contains("has 2 columns"))
                let newick = directory + "/tree.nwk"
                try write("((a,b)x,(c)y)r;".utf8, to: newick)
                let parents = try ReferenceTree(contentsOf: newick).tree.nodes.dropFirst().map(\.parent)
                #expect(parents == [0, 0, 1, 1, 2])
                try write("((a,b)x".utf8, to: newick)
                #expect(
                    message { _ = try ReferenceTree(contentsOf: newick) }.contains("\(newick): character"))
            }
        }

        @Test func modelsThatTheReferenceHasNotAreRefused() throws {
            try withTemporaryDirectory { directory in
                let weights = directory + "/weights.safetensors"
                try ReferenceExport(CheckpointReader(checkpoint(directory))).write(
                    to: weights, scalar: Float.self)
                for (overrides, words) in [
                    (["model.layers=[64,128,128,128,128,128]"], "model.layers starts with 64"),
                    (["model.likelihood=gaussian-learned"], "model.likelihood"),
                    (["model.layers=[128,128]", "model.latent=[8,8]", "growth.max_depth=1"], "2 levels"),
                ] {
                    var configuration = Configuration()
                    try configuration.apply(overrides: overrides)
                    let found = message { try imported(weights, to: directory + "/out.h5", configuration) }
                    #expect(found.contains(words), "\(found)")
                }
                // A file without a tree.
                try rewrite(weights, to: directory + "/same.safetensors") { ($0.name, $0.shape) }
                var writer = SafetensorsWriter(metadata: [:])
                writer.add("a", .float, shape: [0]) { [] }
                try writer.write(to: weights)
                #expect(message { try imported(weights, to: directory + "/out.h5") }.contains("--tree"))
            }
        }
    }
}
