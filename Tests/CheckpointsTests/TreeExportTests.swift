import ClusterMetrics
import Foundation
import Report
import RunLog
import RunSupport
import TestSupport
import Testing
import Topology
import TreeModel

@testable import Checkpoints

extension CheckpointsTests {
    @Suite struct TreeExportTests {
        /// Splits 0, 1, 4, 2 in this order: leaves 3, 7, 8, 5, 6, with 10, 20, 30, 40 and 50 samples.
        private let tree: Tree = {
            var tree = Tree()
            for leaf in [1, 4, 2] { _ = tree.split(leaf) }
            return tree
        }()
        private var export: TreeExport {
            TreeExport(
                tree,
                clustering: Clustering(leaves: tree.leaves, leafCounts: [10, 20, 30, 40, 50], table: nil))
        }

        /// Three clusters: leaves 5 and 6 are one, and so are 7 and 8.
        @Test func cutsHaveScores() {
            var table = ContingencyTable(labelCount: 2, leafCount: 5)
            for (leaf, count) in [10, 20, 30, 40, 50].enumerated() {
                for _ in 0..<count { table.add(label: leaf == 2 ? 1 : leaf % 2, leaf: leaf) }
            }
            let clustering = Clustering(
                leaves: tree.leaves, leafCounts: [10, 20, 30, 40, 50], table: table)
            #expect(clustering.scores(over: tree, clusters: 5) == clustering.scores(over: tree))
            let owners = tree.cut(into: 3)
            let clusters = Array(Set(owners)).sorted()
            var merged = ContingencyTable(labelCount: 2, leafCount: 3)
            for (leaf, owner) in owners.enumerated() {
                for label in 0..<2 {
                    for _ in 0..<table[label, leaf] {
                        merged.add(label: label, leaf: clusters.firstIndex(of: owner)!)
                    }
                }
            }
            let scores = clustering.scores(over: tree, clusters: 3)
            #expect(scores?.acc == merged.accuracy && scores?.lp == merged.leafPurity)
            #expect(scores?.nmi == merged.normalisedMutualInformation)
            let one = clustering.scores(over: tree, clusters: 1)
            #expect(one?.lp == one?.acc && one?.nmi == 0)
            #expect(
                Clustering(leaves: [0], leafCounts: [1], table: nil).scores(over: .root, clusters: 1) == nil)
        }

        @Test func newickHasNamesHeightsAndSizes() throws {
            #expect(
                export.newick == """
                    ((3:3.0[&&NHX:samples=10],(5:2.0[&&NHX:samples=40],6:2.0[&&NHX:samples=50])\
                    4:1.0[&&NHX:samples=90])1:1.0[&&NHX:samples=100],(7:1.0[&&NHX:samples=20],\
                    8:1.0[&&NHX:samples=30])2:3.0[&&NHX:samples=50])0[&&NHX:samples=150];
                    """)
            let hierarchy = try Newick.parse(export.newick)
            #expect(hierarchy.leaves.map { hierarchy.names[$0] } == ["3", "5", "6", "7", "8"])
            #expect(TreeExport(Tree()).newick == "(1:1.0,2:1.0)0;")
            #expect(
                TreeExport(Tree(), support: [0: 0.95]).newick == "(1:1.0,2:1.0)0[&&NHX:B=95];")
        }

        @Test func linkageMergesTheLastSplitFirst() throws {
            #expect(
                try export.linkage() == """
                    # leaves: 3 7 8 5 6
                    # samples: 10 20 30 40 50
                    1 2 1 2
                    3 4 2 2
                    0 6 3 3
                    7 5 4 5

                    """)
            // Nodes with a single child have no merge of their own.
            let pruned = try #require(tree.removing(leaf: 3)?.tree.removing(leaf: 6)?.tree)
            #expect(try TreeExport(pruned).linkage() == "# leaves: 6 4 5\n1 2 1 2\n3 0 2 3\n")
            let alone = try #require(pruned.removing(leaf: 4)?.tree.removing(leaf: 4)?.tree)
            #expect(message { _ = try TreeExport(alone).linkage() }.contains("a single leaf"))
            #expect(TreeExport(alone).newick == "(2:0.0)0;")
            // Nor a node of their own in any other format.
            #expect(TreeExport(pruned).newick == "((4:1.0,5:1.0)3:1.0,6:2.0)0;")
            #expect(!TreeExport(pruned).dot.contains("  1 "))
            #expect(TreeExport(pruned).dot.contains("0 -> 6 [label=\"right\"]"))
            let drawing = TreeText(
                pruned.drawn(clustering: nil, classNames: []), style: .ascii
            ).render()
            #expect(drawing.split(separator: "\n").count == 5)
        }

        @Test func aFigureNeedsNoDataButACountOfThem() throws {
            var header = try SampleCheckpoint(epochs: 0).header
            let svg = TreeFigure(try TreeReport(header)).svg
            for leaf in header.tree.leaves { #expect(svg.contains(">leaf \(leaf)<")) }
            #expect(
                svg.contains("<title>leaf 2: 10 samples, 33.3\u{202F}%, mostly null (1.000)</title>"))
            #expect(!svg.contains("<image"))
            header.clustering = nil
            #expect(message { _ = try TreeReport(header) }.contains("no epoch has ended"))
        }

        @Test func dotAndJSONTellSharesAndClasses() throws {
            let sample = try SampleCheckpoint(epochs: 0)
            let export = TreeExport(
                sample.header.tree, clustering: sample.header.clustering,
                classNames: ["a \"quoted\"", "eins"])
            #expect(export.dot.hasPrefix("digraph treevae {") && export.dot.hasSuffix("}\n"))
            #expect(export.dot.contains(#"2 [label="2\n33.3 %\na \"quoted\" 1.000", shape=box];"#))
            #expect(export.dot.contains(#"1 -> 4 [label="right"];"#))
            let data = try JSONEncoder().encode(export.root)
            let root = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
            #expect(root["samples"] as? Int == 30 && root["id"] as? Int == 0)
            #expect(root["classes"] as? [String: Int] == ["a \"quoted\"": 12, "eins": 18])
            let children = try #require(root["children"] as? [[String: Any]])
            #expect(children.map { $0["id"] as? Int } == [1, 2])
            #expect(children[1]["children"] == nil && children[1]["samples"] as? Int == 10)
        }

        @Test(.needs(.python("scipy")))
        func scipyCutsAndDrawsTheSameTree() throws {
            try withTemporaryDirectory { directory in
                try write(export.linkage().utf8, to: directory + "/linkage.txt")
                let cuts = (1...5).map { "\($0): \(tree.cut(into: $0))" }.joined(separator: ", ")
                _ = try PythonDocument.run(
                    """
                    import numpy
                    from scipy.cluster import hierarchy
                    z = numpy.loadtxt("linkage.txt")
                    assert hierarchy.is_valid_linkage(z, throw=True) and hierarchy.is_monotonic(z)
                    for k, cut in {\(cuts)}.items():
                        found = hierarchy.fcluster(z, k, "maxclust")
                        assert len(set(found)) == k
                        for i in range(5):
                            for j in range(5):
                                assert (found[i] == found[j]) == (cut[i] == cut[j]), k
                    drawn = hierarchy.dendrogram(z, no_plot=True)
                    assert drawn["leaves"] == [0, 3, 4, 1, 2], drawn["leaves"]
                    """, in: directory)
            }
        }

        @Test(.needs(.python("Bio")))
        func biopythonReadsTheNewick() throws {
            try withTemporaryDirectory { directory in
                try write(export.newick.utf8, to: directory + "/tree.nwk")
                _ = try PythonDocument.run(
                    """
                    from Bio import Phylo
                    tree = Phylo.read("tree.nwk", "newick")
                    assert [leaf.name for leaf in tree.get_terminals()] == ["3", "5", "6", "7", "8"]
                    depths = tree.depths()
                    assert {round(depths[leaf], 6) for leaf in tree.get_terminals()} == {4.0}
                    assert tree.distance("5", "6") == 4.0 and tree.distance("3", "7") == 8.0
                    assert "samples=40" in tree.find_any(name="5").comment
                    """, in: directory)
            }
        }
    }
}
