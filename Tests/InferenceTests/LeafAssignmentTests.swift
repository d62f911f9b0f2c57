import ClusterMetrics
import Collectives
import Configuration
import Datasets
import Files
import RunSupport
import Store
import TestSupport
import Testing
import ThreadRanks
import TreeModel

@testable import Checkpoints
@testable import Inference

extension InferenceTests {
    @Suite struct LeafAssignmentTests {
        private static let everything = LeafAssignmentContents(embedding: true, elbo: true, clusters: 2)

        /// Assigns the test split on so many ranks and returns what is told of it.
        @discardableResult
        private func assign(
            _ model: String, _ dataset: Dataset, to path: String, ranks: Int = 1,
            contents: LeafAssignmentContents = Self.everything, draws: Int? = nil
        ) throws -> [Int] {
            let format = try #require(LeafAssignmentFormat(path: path))
            return try ThreadCommunicator.run(ranks: ranks) { communicator in
                let reader = try CheckpointReader(model)
                return try LeafAssignment<Double>(
                    reader, of: dataset, contents: contents, format: format,
                    leafRule: LeafRule(draws: draws, of: reader.header), communicator: communicator
                ).write(to: path)
            }[0]
        }

        /// Models that are trained once for all tests: the file, and how the run ended.
        private static let dense = Result { try train([]) }
        /// With sparse paths, where samples skip nodes.
        private static let sparse = Result { try train(["model.path_threshold=0.01"]) }

        private static func train(_ overrides: [String]) throws -> (
            file: [UInt8], outcome: ThreadTraining.Outcome
        ) {
            try withTemporaryDirectory { directory in
                try Pictures.write(to: directory + "/data")
                let outcome = try TinyRun(data: directory + "/data", overrides).run(
                    in: directory + "/run", ranks: 1)
                return (try bytes(of: directory + "/run/model.h5"), outcome)
            }
        }

        /// A directory with a trained model, and the 90 labelled samples that its training was followed on.
        private func withModel(
            sparse: Bool = false, _ body: (String, String, Dataset, ThreadTraining.Outcome) throws -> Void
        ) throws {
            let (file, outcome) = try (sparse ? Self.sparse : Self.dense).get()
            try withTemporaryDirectory { directory in
                try write(file, to: directory + "/model.h5")
                let dataset = Pictures.images(90, key: 2, labelled: true, floats: false)
                try body(directory, directory + "/model.h5", dataset, outcome)
            }
        }

        @Test(arguments: [false, true]) func anyNumberOfRanksWritesTheSameFile(sparse: Bool) throws {
            try withModel(sparse: sparse) { directory, model, dataset, _ in
                for format in ["csv", "h5", "h5ad"] {
                    let files = try [1, 2, 3].map { ranks in
                        let path = "\(directory)/\(ranks).\(format)"
                        try assign(model, dataset, to: path, ranks: ranks)
                        return try bytes(of: path)
                    }
                    #expect(files[0] == files[1] && files[0] == files[2], "\(format)")
                }
                #expect(try Directory.list(directory).count == 10, "nothing but nine files and the model")
            }
        }

        /// By the posterior of the leaves, too; `eval` then counts the same leaves.
        @Test(arguments: [false, true]) func thePosteriorIsTheSameOnAnyNumberOfRanks(sparse: Bool) throws {
            try withModel(sparse: sparse) { directory, model, dataset, _ in
                var counts: [[Int]] = []
                let files = try [1, 3].map { ranks in
                    let path = "\(directory)/\(ranks).csv"
                    counts.append(try assign(model, dataset, to: path, ranks: ranks, draws: 2))
                    return try bytes(of: path)
                }
                #expect(files[0] == files[1] && counts[0] == counts[1])
                let clustering = try ThreadCommunicator.run(ranks: 1) { communicator in
                    let reader = try CheckpointReader(model)
                    return try Evaluation.run(
                        reader, on: dataset, communicator: communicator, scalar: Double.self,
                        leafRule: LeafRule(draws: 2, of: reader.header)
                    ).clustering
                }[0]
                #expect(clustering.leafCounts == counts[0])
                try assign(model, dataset, to: directory + "/routers.csv")
                #expect(try bytes(of: directory + "/routers.csv") != files[0])
            }
        }

        @Test func scoreReproducesTheEvaluation() throws {
            try withModel { directory, model, dataset, outcome in
                let path = directory + "/leaves.csv"
                let counts = try assign(model, dataset, to: path)
                #expect(counts == outcome.evaluation.clustering.leafCounts)
                let header = try CheckpointReader(model).header
                let newick = TreeExport(header.tree, clustering: header.clustering).newick
                try write(newick.utf8, to: directory + "/tree.nwk")
                let scores = try ExternalClustering(
                    tree: directory + "/tree.nwk", assignments: path, labels: path
                ).scores
                let expected = try #require(outcome.evaluation.scores)
                // To the last bit, whatever the order of labels and nodes.
                #expect(scores == expected)

                let elbos = try SampleColumn(contentsOf: path, column: "elbo").entries
                #expect(elbos.map(\.sample) == (0..<90).map(String.init), "in the order of the data")
                let mean = elbos.reduce(0) { $0 + Double($1.value)! } / 90
                #expect(abs(mean - outcome.evaluation.terms.elbo) < 1e-5 * abs(mean))
            }
        }

        @Test func samplesKeepTheirIDs() throws {
            try withModel { directory, model, _, _ in
                let names = ["plain", "with, comma", "with \"quotes\"", "größe"]
                let data = Dataset(
                    bytes: [UInt8](repeating: 100, count: 4 * 784), shape: [1, 28, 28], ids: .texts(names),
                    name: "named", source: "made by a test")
                for format in ["csv", "h5", "h5ad"] {
                    try assign(model, data, to: "\(directory)/x.\(format)")
                }
                #expect(
                    try SampleColumn(contentsOf: directory + "/x.csv", column: "leaf").entries.map(\.sample)
                        == names)
                #expect(try HDF5File.open(directory + "/x.h5").root.dataset("sample").texts() == names)
                #expect(try HDF5File.open(directory + "/x.h5ad").root.dataset("obs/_index").texts() == names)
            }
        }

        @Test func labelsAreNotNeeded() throws {
            try withModel { directory, model, dataset, _ in
                let plain = LeafAssignmentContents()
                try assign(model, dataset, to: directory + "/a.csv", contents: plain)
                let unlabelled = Pictures.images(90, key: 2, labelled: false, floats: false)
                try assign(model, unlabelled, to: directory + "/b.csv", contents: plain)
                for column in ["leaf", "path", "probability_0", "probability_2"] {
                    #expect(
                        try SampleColumn(contentsOf: directory + "/a.csv", column: column).entries
                            == SampleColumn(contentsOf: directory + "/b.csv", column: column).entries)
                }
                #expect(throws: AssignmentError.self) {
                    try SampleColumn(contentsOf: directory + "/b.csv", column: "label")
                }
                for name in ["b.h5", "b.h5ad"] { try assign(model, unlabelled, to: "\(directory)/\(name)") }
                #expect(try !HDF5File.open(directory + "/b.h5").root.exists("label"))
            }
        }

        @Test func formatsTellTheSame() throws {
            try withModel { directory, model, dataset, _ in
                for format in ["csv", "h5", "h5ad"] {
                    try assign(model, dataset, to: "\(directory)/x.\(format)")
                }
                func column(_ name: String) throws -> [Double] {
                    try SampleColumn(contentsOf: directory + "/x.csv", column: name).entries.map {
                        Double($0.value)!
                    }
                }
                let file = try HDF5File.open(directory + "/x.h5").root
                func numbers(_ name: String) throws -> [Double] {
                    try file.dataset(name).read(as: Float.self).map(Double.init)
                }
                let tree = try CheckpointReader(model).header.tree
                #expect(try file.dataset("leaf").read(as: Int.self).map(Double.init) == column("leaf"))
                #expect(try file.dataset("cluster").read(as: Int.self).map(Double.init) == column("cluster"))
                #expect(try numbers("elbo").map { Float($0) } == column("elbo").map { Float($0) })
                let probabilities = try numbers("probability")
                for node in tree.nodes.indices {
                    let values = try column("probability_\(node)")
                    #expect(
                        (0..<90).map { Float(probabilities[$0 * tree.nodes.count + node]) }
                            == values.map { Float($0) })
                    let z = try column("z_\(node)_1").map { Float($0) }
                    #expect(try (0..<90).map { Float(try numbers("z/" + nodeName(node))[$0 * 3 + 1]) } == z)
                }
                // A node's probability is that of its children, and the root's is one.
                #expect(try column("probability_0").allSatisfy { $0 == 1 })
                for node in tree.nodes where node.isSplit {
                    let parts = try node.children.map { try column("probability_\($0)") }
                    for (whole, (left, right)) in zip(
                        try column("probability_\(node.id)"), zip(parts[0], parts[1]))
                    {
                        #expect(abs(whole - left - right) < 1e-6)
                    }
                }
                let annotated = try HDF5File.open(directory + "/x.h5ad").root
                #expect(
                    try annotated.dataset("obsm/treevae_probability").read(as: Float.self).map(Double.init)
                        == probabilities)
                #expect(try annotated.dataset("obsm/X_treevae").shape == [90, 3])
            }
        }

        @Test(.needs(.python("anndata")))
        func anndataOpensIt() throws {
            try withModel { directory, model, dataset, outcome in
                try assign(model, dataset, to: directory + "/x.h5ad")
                try assign(model, dataset, to: directory + "/x.csv")
                let output = try PythonDocument.run(
                    """
                    import anndata, numpy, csv
                    a = anndata.read_h5ad("x.h5ad")
                    rows = list(csv.DictReader(open("x.csv")))
                    assert list(a.obs_names) == [r["sample"] for r in rows]
                    for obs, column in ("treevae_leaf", "leaf"), ("treevae_path", "path"), \
                            ("treevae_cluster", "cluster"), ("label", "label"):
                        assert a.obs[obs].dtype == "category"
                        assert list(a.obs[obs].astype(str)) == [r[column] for r in rows], obs
                    assert numpy.allclose(a.obs["treevae_elbo"], [float(r["elbo"]) for r in rows])
                    assert a.obsm["X_treevae"].shape == (90, 3)
                    assert numpy.allclose(a.obsm["X_treevae"][:, 2], [float(r["z_0_2"]) for r in rows])
                    assert "X_treevae_node_001" in a.obsm
                    tree = a.uns["treevae"]
                    used = [str(leaf) for leaf in tree["leaves"] if str(leaf) in set(a.obs["treevae_leaf"])]
                    assert list(a.obs["treevae_leaf"].cat.categories) == used
                    assert len(a.uns["treevae_leaf_colors"]) == len(used)
                    assert len(tree["parent"]) == a.obsm["treevae_probability"].shape[1]
                    a.write_h5ad("again.h5ad")
                    print(a.shape, tree["newick"])
                    """, in: directory)
                let newick = TreeExport(outcome.tree).newick
                #expect(output == "(90, 0) \(newick)\n")
            }
        }

        /// A file as scanpy's users have it, its observations in another order and fewer than the samples.
        private static let annotated = """
            import anndata, numpy, pandas, scipy.sparse
            names = [str(row) for row in range(89, 9, -1)]
            a = anndata.AnnData(
                scipy.sparse.random(80, 6, 0.3, "csr", "float32", random_state=1),
                pandas.DataFrame({"kind": pandas.Categorical(["a", "b"] * 40), "treevae_elbo": 1.0}, names),
                pandas.DataFrame(index=[f"gene{i}" for i in range(6)]))
            a.uns["scores"] = {"names": numpy.array([("x", 1.0)], [("name", "O"), ("score", "f4")]), "none": None}
            a.obsm["X_treevae_node_900"] = numpy.zeros((80, 2))
            """

        @Test(.needs(.python("anndata")), .needs(.python("scanpy")))
        func aFileOfTheUsersIsAddedTo() throws {
            try withModel { directory, model, dataset, _ in
                _ = try PythonDocument.run(Self.annotated + "\na.write_h5ad('mine.h5ad')\n", in: directory)
                try assign(model, dataset, to: directory + "/x.csv")
                for ranks in [2, 1] {
                    try ThreadCommunicator.run(ranks: ranks) { communicator in
                        _ = try LeafAssignment<Double>(
                            CheckpointReader(model), of: dataset,
                            contents: LeafAssignmentContents(clusters: 2),
                            format: .annotation, communicator: communicator
                        ).write(to: directory + "/mine.h5ad")
                    }
                }
                let output = try PythonDocument.run(
                    Self.annotated + "\n" + """
                        import csv, matplotlib, scanpy
                        matplotlib.use("agg")
                        b = anndata.read_h5ad("mine.h5ad")
                        rows = {r["sample"]: r for r in csv.DictReader(open("x.csv"))}
                        assert list(b.obs["treevae_leaf"].astype(str)) == [rows[name]["leaf"] for name in names]
                        assert (b.X != a.X).nnz == 0 and list(b.obs["kind"]) == list(a.obs["kind"])
                        assert b.uns["scores"]["names"]["name"][0] == "x" and b.uns["scores"]["none"] is None
                        assert b.obsm["X_treevae"].shape == (80, 3)
                        values = b.obsm["treevae_probability"][:, 1]
                        assert numpy.allclose(values, [float(rows[name]["probability_1"]) for name in names])
                        leaves = b.obs["treevae_leaf"]
                        assert set(leaves) == set(leaves.cat.categories)
                        assert len(b.uns["treevae_leaf_colors"]) == len(leaves.cat.categories)
                        if len(leaves.cat.categories) > 1:
                            plot = scanpy.pl.dotplot(
                                b, ["gene1", "gene2"], "treevae_leaf", dendrogram=True, return_fig=True)
                            plot.make_figure()
                            from scipy.cluster.hierarchy import dendrogram
                            ours = b.uns["dendrogram_treevae_leaf"]
                            theirs = dendrogram(ours["linkage"], no_plot=True, labels=leaves.cat.categories)
                            key = lambda lines: sorted(sorted(line) for line in numpy.asarray(lines).tolist())
                            assert key(ours["dendrogram_info"]["dcoord"]) == key(theirs["dcoord"])
                        b.write_h5ad("again.h5ad")
                        print(list(b.obs.columns), list(b.obsm), b.uns["treevae"]["newick"][-1])
                        """, in: directory)
                #expect(
                    output
                        == "['kind', 'treevae_leaf', 'treevae_path', 'treevae_cluster'] "
                        + "['X_treevae', 'treevae_probability'] ;\n")
            }
        }

        @Test(.needs(.python("anndata")))
        func observationsThatAreNoSamplesAreRefused() throws {
            try withModel { directory, model, dataset, _ in
                _ = try PythonDocument.run(
                    Self.annotated + "\na.obs_names = names[:-1] + ['stranger']\na.write_h5ad('mine.h5ad')\n",
                    in: directory)
                let before = try bytes(of: directory + "/mine.h5ad")
                let text = message {
                    _ = try LeafAssignment<Double>(
                        CheckpointReader(model), of: dataset, contents: LeafAssignmentContents(),
                        format: .annotation, communicator: SoloCommunicator()
                    ).write(to: directory + "/mine.h5ad")
                }
                #expect(text.contains("1 of its 80 observations") && text.contains("'stranger'"), "\(text)")
                #expect(try bytes(of: directory + "/mine.h5ad") == before)
            }
        }

        @Test func cutsThatDoNotExistAreRefused() throws {
            try withModel { directory, model, dataset, _ in
                for clusters in [0, 100] {
                    let text = message {
                        try assign(
                            model, dataset, to: directory + "/x.csv",
                            contents: LeafAssignmentContents(clusters: clusters))
                    }
                    #expect(text.contains("not \(clusters)") && text.contains("1 to "))
                }
                let names = try Directory.list(directory)
                #expect(names == ["model.h5"])
            }
        }

        @Test(arguments: [1, 2]) func anErrorLeavesNothing(ranks: Int) throws {
            try withModel { directory, model, dataset, _ in
                let text = message { try assign(model, dataset, to: directory + "/none/x.h5", ranks: ranks) }
                #expect(text.contains("/none/x.h5") && !text.contains(".tmp"), "\(text)")
                let names = try Directory.list(directory)
                #expect(names == ["model.h5"])
            }
        }
    }
}
