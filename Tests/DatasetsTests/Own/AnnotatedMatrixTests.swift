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
