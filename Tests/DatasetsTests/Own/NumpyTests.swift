import Datasets
import Testing
import TestSupport

extension DatasetsTests {
    /// npy and npz.
    @Suite struct NumpyTests {
        private func prepare(_ bytes: [UInt8], _ change: (inout SourceOptions) -> Void = { _ in }) throws
            -> Prepared
        {
            try withTemporaryDirectory { directory in
                try write(bytes, to: directory + "/array.npy")
                return try Prepared(.npy, directory + "/array.npy", change)
            }
        }

        @Test(arguments: ["|i1", "<u2", ">u2", "<i2", ">i4", "<i4", "<u8", ">i8", "<f4", ">f4", "<f8", ">f8"])
        func typesAndOrders(type: String) throws {
            let values = (0..<30).map { type.contains("u") ? $0 * 3 : $0 * 3 - 40 }
            let rows = try prepare(NumpyBytes.file(type, shape: [10, 3], NumpyBytes.elements(type, values)))
            #expect(rows.data.storedFloats == values.map(Float.init) && rows.data.shape == [3])
            #expect(rows.data.ids == .numbers(Array(0..<10)))

            let transposed = (0..<30).map { values[$0 % 10 * 3 + $0 / 10] }
            let columns = try prepare(
                NumpyBytes.file(
                    type, shape: [10, 3], isFortranOrder: true, NumpyBytes.elements(type, transposed)))
            #expect(columns.data.storedFloats == values.map(Float.init))
        }

        @Test func bytesStayBytes() throws {
            let bytes = (0..<48).map { UInt8($0 * 5) }
            let pictures = try prepare(NumpyBytes.file("|u1", shape: [2, 4, 6], bytes))
            #expect(pictures.data.storedBytes == bytes && pictures.data.shape == [1, 4, 6])
            #expect(pictures.data.scale == 1.0 / 255)
            let colours = try prepare(NumpyBytes.file("|u1", shape: [2, 2, 4, 3], bytes)) { $0.scale = 1 }
            #expect(colours.data.shape == [3, 2, 4] && colours.data.scale == 1)
            // Channels last: pixel p has its channels at 3p, 3p + 1, 3p + 2.
            #expect(colours.data.storedBytes.prefix(9) == [0, 15, 30, 45, 60, 75, 90, 105, 5])
            let first = try prepare(NumpyBytes.file("|u1", shape: [2, 3, 2, 4], bytes))
            #expect(first.data.shape == [3, 2, 4] && first.data.storedBytes == bytes)
        }

        @Test func truthValuesAreZeroAndOne() throws {
            let truths: [UInt8] = [0, 1, 1, 0, 0, 1]
            for type in ["|b1", "|u1"] {
                let result = try prepare(NumpyBytes.file(type, shape: [2, 3], truths))
                #expect(result.data.storedBytes == truths && result.data.scale == 1)
            }
            #expect(
                try prepare(NumpyBytes.file("|u1", shape: [2, 3], truths)) { $0.scale = 0.5 }.data.scale
                    == 0.5)
            #expect(
                try prepare(NumpyBytes.file("|u1", shape: [2, 3], [0, 1, 1, 0, 0, 2])).data.scale == 1.0 / 255
            )
        }

        @Test func halfPrecisionIsRead() throws {
            let values: [Float] = [0.5, -2, 1.0009765625, 65504, 6.103515625e-05, 0]
            let bytes = values.flatMap { value in
                withUnsafeBytes(of: Float16(value).bitPattern.littleEndian) { Array($0) }
            }
            #expect(try prepare(NumpyBytes.file("<f2", shape: [2, 3], bytes)).data.storedFloats == values)
        }

        @Test func flatRowsBecomePictures() throws {
            let file = NumpyBytes.file("|u1", shape: [2, 12], (0..<24).map { UInt8($0 * 10) })
            let result = try prepare(file) { $0.shape = [1, 3, 4] }
            #expect(
                result.data.shape == [1, 3, 4] && result.data.storedBytes == (0..<24).map { UInt8($0 * 10) })
            #expect(message { _ = try prepare(file) { $0.shape = [1, 3, 3] } }.contains("--shape wants 9"))
        }

        @Test func missingLabelsAreNoClass() throws {
            try withTemporaryDirectory { directory in
                try write(
                    NumpyBytes.file("<f4", shape: [2, 1], NumpyBytes.elements("<f4", [7, 8])),
                    to: directory + "/x.npy")
                try write(
                    NumpyBytes.file("|S3", shape: [2], Array("cat".utf8) + Array("nan".utf8)),
                    to: directory + "/y.npy")
                let found = message {
                    _ = try Prepared(.npy, directory + "/x.npy") { $0.label = directory + "/y.npy" }
                }
                #expect(found.contains("the label of sample 1 is missing"))
            }
        }

        @Test(.needs(.python("scipy"))) func sparseMatricesAreRead() throws {
            try withTemporaryDirectory { directory in
                _ = try PythonDocument.run(
                    """
                    import numpy, scipy.sparse
                    x = numpy.arange(28).reshape(7, 4) % 5 * (numpy.arange(28).reshape(7, 4) % 3 == 0)
                    for form in "csr", "csc", "coo", "bsr":
                        scipy.sparse.save_npz(form + ".npz", scipy.sparse.csr_matrix(x.astype("float32")).asformat(form))
                    """, in: directory)
                let values = (0..<28).map { Float($0 % 3 == 0 ? $0 % 5 : 0) }
                for form in ["csr", "csc", "coo"] {
                    let result = try Prepared(.npz, "\(directory)/\(form).npz")
                    #expect(result.data.storedFloats == values && result.data.shape == [4], "\(form)")
                }
                #expect(
                    message { _ = try Prepared(.npz, directory + "/bsr.npz") }.contains(
                        "matrix of the form 'bsr'"))
            }
        }

        @Test func fortranOrderOfPictures() throws {
            let shape = [3, 2, 4, 5]
            let values = Array(0..<120)
            // Element (n, c, h, w) of C order, written with the first index fastest.
            var scattered = [Int](repeating: 0, count: 120)
            for index in 0..<120 {
                let (n, c, h, w) = (index / 40, index / 20 % 2, index / 5 % 4, index % 5)
                scattered[n + 3 * (c + 2 * (h + 4 * w))] = index
            }
            let result = try prepare(
                NumpyBytes.file(
                    "<i2", shape: shape, isFortranOrder: true, NumpyBytes.elements("<i2", scattered)))
            #expect(result.data.storedFloats == values.map(Float.init) && result.data.shape == [2, 4, 5])
        }

        @Test func labelsAndIdsComeFromOtherFiles() throws {
            try withTemporaryDirectory { directory in
                try write(
                    NumpyBytes.file("<f4", shape: [3, 1], NumpyBytes.elements("<f4", [7, 8, 9])),
                    to: directory + "/x.npy")
                try write(
                    NumpyBytes.file("<i8", shape: [3], NumpyBytes.elements("<i8", [5, -1, 5])),
                    to: directory + "/y.npy")
                try write(
                    NumpyBytes.file("|S2", shape: [3], Array("aab\0cc".utf8)), to: directory + "/ids.npy")
                let result = try Prepared(.npy, directory + "/x.npy") {
                    $0.label = directory + "/y.npy"
                    $0.id = directory + "/ids.npy"
                }
                #expect(result.labels == ["5", "-1", "5"] && result.data.classNames == ["-1", "5"])
                #expect(result.ids == ["aa", "b", "cc"])
                try write(
                    NumpyBytes.file("<i8", shape: [2], NumpyBytes.elements("<i8", [5, 1])),
                    to: directory + "/y.npy")
                #expect(
                    message {
                        _ = try Prepared(.npy, directory + "/x.npy") { $0.label = directory + "/y.npy" }
                    }.contains("there are 2 labels for 3 samples"))
            }
        }

        @Test func whatIsWrongIsNamed() throws {
            let good = NumpyBytes.file("<f4", shape: [10, 3], NumpyBytes.elements("<f4", Array(0..<30)))
            let cases: [([UInt8], String)] = [
                (Array(good.dropLast(5)), "it ends within its elements"),
                (good + [1], "bytes follow after those of the shape [10, 3]"),
                (Array("PNG".utf8) + good, "it does not begin as npy does"),
                (NumpyBytes.file("|O", shape: [1, 1], [0]), "it holds numpy's type '|O' (pickled objects"),
                (
                    NumpyBytes.file("<f4", shape: [4], NumpyBytes.elements("<f4", [1, 2, 3, 4])),
                    "cannot be samples"
                ),
                (NumpyBytes.file("<f4", shape: [1 << 40, 3], []), "far more than the file holds"),
                (NumpyBytes.file("<f4", shape: [1 << 40, 1 << 40], []), "the shape is absurd"),
                (NumpyBytes.file("<f4", shape: [0, 3], []), "it holds no samples"),
                (
                    NumpyBytes.file("<f4", shape: [2, 1], [0, 0, 0, 0, 0, 0, 0xC0, 0x7F]),
                    "sample 1 has the value nan"
                ),
            ]
            for (bytes, words) in cases {
                let found = message { _ = try prepare(bytes) }
                #expect(found.contains(words) && found.contains("array.npy"), "\(found)")
            }
        }

        @Test(.needs(.python("h5py")))
        func archivesOfNumpyRoundTrip() throws {
            try withTemporaryDirectory { directory in
                let program = """
                    import numpy
                    x = numpy.arange(60, dtype=">i4").reshape(20, 3)
                    y = numpy.array(["dog", "cät"] * 10)
                    ids = numpy.arange(20) + 100
                    numpy.savez("plain.npz", x=x, y=y, ids=ids)
                    numpy.savez_compressed("small.npz", y=y, ids=ids, x=numpy.asfortranarray(x))
                    """
                _ = try PythonDocument.run(program, in: directory)
                for name in ["plain", "small"] {
                    let result = try Prepared(.npz, "\(directory)/\(name).npz") {
                        $0.dataset = "x"
                        $0.label = "y"
                        $0.id = "ids"
                    }
                    #expect(result.data.storedFloats == (0..<60).map(Float.init))
                    #expect(result.data.classNames == ["cät", "dog"])
                    #expect(result.data.labels == (0..<20).map { Int32(1 - $0 % 2) })
                    #expect(result.ids == (100..<120).map { "\($0)" })
                }
                #expect(
                    message { _ = try Prepared(.npz, directory + "/plain.npz") }.contains(
                        "it holds 3 arrays: x, y, ids (say with --dataset which are the samples)"))
                #expect(
                    message { _ = try Prepared(.npz, directory + "/plain.npz") { $0.dataset = "idx" } }
                        .contains("the nearest is 'ids'"))
            }
        }
    }
}
