import Datasets
import Store
import Testing
import TestSupport

extension DatasetsTests {
    /// h5ad, as the anndata package writes it.
    @Suite(.needs(.python("anndata")))
    struct AnnotatedMatrixTests {
        /// Cells with counts of genes: value (i * 7 + j * 3) % 5, mostly 0 beyond; layers and a table.
        private static let program = """
            import anndata, numpy, pandas, scipy.sparse, warnings
            warnings.simplefilter("ignore")
            n, m = 30, 8
            counts = (numpy.arange(n)[:, None] * 7 + numpy.arange(m) * 3) % 5
            counts[counts > 2] = 0
            obs = pandas.DataFrame({
                "type": pandas.Categorical([["B", "T", "NK"][i % 3] for i in range(n)], categories=["T", "NK", "B"]),
                "batch": numpy.arange(n) % 2 + 3,
                "text": [f"t{i % 4}" for i in range(n)],
                "good": numpy.arange(n) % 2 == 0,
                "part": pandas.Categorical([None if i == 5 else "x" for i in range(n)]),
                "score": numpy.arange(n) / 7,
            }, index=[f"cell-{i}" for i in range(n)])
            obs["text"] = obs["text"].astype(object)
            var = pandas.DataFrame(index=[f"gene{j}" for j in range(m)])
            for name, matrix in ("dense", counts.astype("float32")), ("sparse", scipy.sparse.csr_matrix(counts)):
                a = anndata.AnnData(matrix, obs=obs, var=var)
                a.strings_to_categoricals = lambda *_: None
                a.layers["scaled"] = counts / 4 - 0.25
                a.layers["raw"] = scipy.sparse.csr_matrix(counts.astype("float64"))
                a.layers["columns"] = scipy.sparse.csc_matrix(counts)
                a.write(name + ".h5ad", compression="gzip" if name == "dense" else None)
            twice = anndata.AnnData(counts, obs=pandas.DataFrame(index=["same"] * n), var=var)
            twice.write("twice.h5ad")
            """

        private static func count(_ cell: Int, _ gene: Int) -> Float {
            let value = (cell * 7 + gene * 3) % 5
            return value > 2 ? 0 : Float(value)
        }
        private static let counts = (0..<240).map { count($0 / 8, $0 % 8) }

        private func withFiles(_ body: (String) throws -> Void) throws {
            try withTemporaryDirectory { directory in
                _ = try PythonDocument.run(Self.program, in: directory)
                try body(directory)
            }
        }

        @Test func matricesRoundTrip() throws {
            try withFiles { directory in
                for name in ["dense", "sparse"] {
                    for layer in [nil, "raw", "columns"] {
                        let result = try Prepared(.h5ad, "\(directory)/\(name).h5ad") {
                            $0.layer = layer
                            $0.label = "type"
                        }
                        #expect(result.data.storedFloats == Self.counts)
                        #expect(
                            result.data.librarySizes
                                == (0..<30).map { cell in
                                    (0..<8).reduce(0) { $0 + Double(Self.count(cell, $1)) }
                                })
                        #expect(result.ids == (0..<30).map { "cell-\($0)" })
                        #expect(result.data.featureNames == (0..<8).map { "gene\($0)" })
                        #expect(result.labels == (0..<30).map { ["B", "T", "NK"][$0 % 3] })
                        #expect(result.data.scale == 1)
                    }
                    let scaled = try Prepared(.h5ad, "\(directory)/\(name).h5ad") { $0.layer = "scaled" }
                    #expect(scaled.data.storedFloats == Self.counts.map { $0 / 4 - 0.25 })
                    #expect(scaled.data.librarySizes == nil && scaled.data.labels == nil)
                }
            }
        }

        /// A covariate for each batch stands behind the genes, and in no library size; other data may lack batches and
        /// have none that a model does not know.
        @Test func batchesBecomeCovariates() throws {
            try withFiles { directory in
                let file = directory + "/sparse.h5ad"
                let result = try Prepared(.h5ad, file) { $0.batch = "batch" }
                #expect(result.data.covariates == 2 && result.data.features == 10 && result.data.isCounts)
                #expect(result.data.featureNames.suffix(2) == ["batch=3", "batch=4"])
                let sums = (0..<30).map { cell in (0..<8).reduce(0) { $0 + Double(Self.count(cell, $1)) } }
                #expect(result.data.librarySizes == sums)
                for cell in 0..<30 {
                    let row = result.data.storedFloats[cell * 10..<(cell + 1) * 10]
                    #expect(Array(row.prefix(8)) == (0..<8).map { Self.count(cell, $0) })
                    #expect(Array(row.suffix(2)) == (cell % 2 == 0 ? [1, 0] : [0, 1]))
                }
                #expect(message { _ = try Prepared(.h5ad, file) { $0.batch = "bach" } }.contains("'batch'"))

                var options = SourceOptions()
                options.batch = "batch"
                try ShardWriter.write(
                    Preparation.h5ad.source(from: file, options: options), to: directory + "/out",
                    plan: ShardPlan(shards: 1, testFraction: 0))
                func load(_ batches: [String]) throws -> Dataset {
                    let names = (0..<8).map { "gene\($0)" } + batches
                    return try Dataset.load(
                        directory: directory + "/out", splits: [.train], memory: .max,
                        expecting: FeatureExpectation(
                            names: names, standardisation: nil, covariates: batches.count, owner: "the model")
                    )[0]
                }
                let more = try load(["batch=3", "batch=30", "batch=4"])
                #expect(more.covariates == 3 && more.librarySizes == sums)
                #expect(Array(more.storedFloats[8..<11]) == [1, 0, 0])
                let unknown = message { _ = try load(["batch=3", "batch=5"]) }
                #expect(unknown.contains("the model does not know the batch 'batch=4'"))

                try ShardWriter.write(
                    Preparation.h5ad.source(from: file, options: SourceOptions()), to: directory + "/out2",
                    plan: ShardPlan(shards: 1, testFraction: 0))
                let without = message {
                    _ = try Dataset.load(
                        directory: directory + "/out2", splits: [.train], memory: .max,
                        expecting: FeatureExpectation(
                            names: more.featureNames, standardisation: nil, covariates: 3, owner: "the model")
                    )
                }
                #expect(without.contains("wants to know the batch"))
            }
        }

        /// The genes that scanpy chooses, of counts and of what it has made of them.
        @Test(.needs(.python("scanpy"))) func variableGenesAreThoseOfScanpy() throws {
            try withTemporaryDirectory { directory in
                let output = try PythonDocument.run(
                    """
                    import anndata, numpy, scanpy, warnings
                    warnings.simplefilter("ignore")
                    random = numpy.random.default_rng(3)
                    rates = random.gamma(0.5, 4, 300) * random.gamma(2, 0.5, (200, 300))
                    rates[:100, :30] *= 6
                    a = anndata.AnnData(random.poisson(rates).astype("float32"))
                    a.write("counts.h5ad")
                    scanpy.pp.normalize_total(a, target_sum=1e4)
                    scanpy.pp.log1p(a)
                    a.write("logarithms.h5ad")
                    scanpy.pp.highly_variable_genes(a, n_top_genes=40, flavor="seurat")
                    print(" ".join(a.var_names[a.var["highly_variable"]]))
                    """, in: directory)
                let expected = output.split(whereSeparator: \.isWhitespace).map(String.init)
                #expect(expected.count == 40)
                for name in ["counts", "logarithms"] {
                    let result = try Prepared(.h5ad, "\(directory)/\(name).h5ad") { $0.variableGenes = 40 }
                    #expect(result.data.featureNames == expected)
                    #expect(result.data.isCounts == (name == "counts"))
                }
                let more = message {
                    _ = try Prepared(.h5ad, directory + "/counts.h5ad") { $0.variableGenes = 301 }
                }
                #expect(more.contains("301 are wanted"))
            }
        }

        /// Where X is normalised the counts are in a layer of that name.
        @Test func aLayerOfCountsIsFound() throws {
            try withFiles { directory in
                _ = try PythonDocument.run(
                    """
                    import anndata, numpy
                    a = anndata.read_h5ad("sparse.h5ad")
                    a.layers["counts"] = a.X.copy()
                    a.X = a.X * 0.3
                    a.write("normalised.h5ad")
                    """, in: directory)
                let file = directory + "/normalised.h5ad"
                let found = try Prepared(.h5ad, file) { _ in }
                #expect(found.data.storedFloats == Self.counts && found.data.isCounts)
                let asked = try Prepared(.h5ad, file) { $0.layer = "X" }
                #expect(!asked.data.isCounts && asked.data.storedFloats.contains(0.3))
            }
        }

        @Test func columnsOfEveryKindAreLabels() throws {
            try withFiles { directory in
                let expected = [
                    "batch": (0..<30).map { "\($0 % 2 + 3)" }, "text": (0..<30).map { "t\($0 % 4)" },
                    "good": (0..<30).map { "\(1 - $0 % 2)" },
                ]
                for (column, labels) in expected {
                    let result = try Prepared(.h5ad, directory + "/sparse.h5ad") { $0.label = column }
                    #expect(result.labels == labels, "\(column)")
                }
            }
        }

        @Test func whatIsWrongIsNamed() throws {
            try withFiles { directory in
                let cases: [(String, (inout SourceOptions) -> Void, String)] = [
                    ("dense", { $0.layer = "row" }, "there is no layer 'row' (the nearest is 'raw')"),
                    ("dense", { $0.label = "typ" }, "there is no obs column 'typ' (the nearest is 'type')"),
                    (
                        "dense", { $0.label = "part" },
                        "obs column 'part' of \(directory)/dense.h5ad: observation 5 has none"
                    ),
                    ("dense", { $0.label = "score" }, "whole numbers or texts are expected"),
                    (
                        "dense",
                        {
                            $0.layer = "scaled"
                            $0.isCounts = true
                        }, "sample cell-0 has the value -0.25 at 'gene0', which is not a count"
                    ),
                    ("twice", { _ in }, "the id 'same' is there a second time, at sample 1"),
                ]
                for (name, change, words) in cases {
                    let found = message { _ = try Prepared(.h5ad, "\(directory)/\(name).h5ad", change) }
                    #expect(found.contains(words), "\(found)")
                }
                try write(Array("no HDF5".utf8), to: directory + "/no.h5ad")
                #expect(
                    message { _ = try Prepared(.h5ad, directory + "/no.h5ad") }.contains(
                        "this is not an HDF5 file"))
            }
        }
    }
}
