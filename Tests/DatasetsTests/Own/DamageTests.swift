import Archives
import Datasets
import Images
import Testing
import TestSupport

extension DatasetsTests {
    /// Fifty damaged files of each kind: correct data or an error, and nothing left behind.
    @Suite struct DamageTests {
        private func check(
            _ kind: Preparation, _ name: String, in directory: String, atLeast: Int = 10,
            _ change: (inout SourceOptions) -> Void = { _ in }
        ) throws {
            let path = directory + "/" + name
            let whole = try bytes(of: path)
            let place = kind == .images ? directory : path
            _ = try Prepared(kind, place, change)
            var refused = 0
            for (index, copy) in Damage.copies(of: whole).enumerated() {
                try write(copy, to: path)
                do {
                    _ = try Prepared(kind, place, change)
                } catch let error as Prepared.LeftBehind {
                    Issue.record("copy \(index) of \(name): something stays after \(error.after)")
                } catch {
                    refused += 1
                    #expect("\(error)".contains(": "), "\(error)")
                }
            }
            try write(whole, to: path)
            #expect(refused >= atLeast, "\(name): only \(refused) of 50 damaged copies were refused")
        }

        @Test func tables() throws {
            try withTemporaryDirectory { directory in
                for (kind, separator) in [(Preparation.csv, ","), (.tsv, "\t")] {
                    var text = ["id", "a", "\"b c\"", "label"].joined(separator: separator) + "\n"
                    for row in 0..<40 {
                        text +=
                            ["r\(row)", "\(row).5", "-\(row)e-3", "\"k\(row % 3)\""].joined(
                                separator: separator) + "\n"
                    }
                    try write(Array(text.utf8), to: directory + "/t.\(kind.rawValue)")
                    try check(kind, "t.\(kind.rawValue)", in: directory) {
                        $0.label = "label"
                        $0.id = "id"
                    }
                }
            }
        }

        @Test func arrays() throws {
            try withTemporaryDirectory { directory in
                for (type, fortran) in [("<f4", false), (">i2", true), ("|u1", false)] {
                    try write(
                        NumpyBytes.file(
                            type, shape: [40, 3], isFortranOrder: fortran,
                            NumpyBytes.elements(type, Array(0..<120))), to: directory + "/x.npy")
                    try check(.npy, "x.npy", in: directory)
                }
            }
        }

        @Test(.needs(.python("h5py")))
        func archivesOfArrays() throws {
            try withTemporaryDirectory { directory in
                let program = """
                    import numpy
                    x = numpy.arange(120, dtype="<f8").reshape(40, 3)
                    numpy.savez("a.npz", x=x, y=numpy.arange(40) % 3)
                    numpy.savez_compressed("b.npz", x=x, y=numpy.arange(40) % 3)
                    """
                _ = try PythonDocument.run(program, in: directory)
                for name in ["a.npz", "b.npz"] {
                    try check(.npz, name, in: directory) {
                        $0.dataset = "x"
                        $0.label = "y"
                    }
                }
            }
        }

        @Test func pictures() throws {
            try withTemporaryDirectory { directory in
                for name in ["a.png", "b.png"] {
                    let image = Image(
                        channels: 3, height: 12, width: 9,
                        bytes: (0..<324).map { UInt8(truncatingIfNeeded: $0 * 13) })
                    try write(image.png(), to: "\(directory)/\(name)")
                }
                try check(.images, "b.png", in: directory)
            }
        }

        @Test func hierarchicalData() throws {
            try withTemporaryDirectory { directory in
                try SmallHDF5.writeMatrix(to: directory + "/x.h5")
                try check(.hdf5, "x.h5", in: directory) {
                    $0.dataset = "x"
                    $0.label = "y"
                }
            }
        }

        /// Written with checksums of all structure: HDF5 itself may not survive damage to older formats.
        @Test func annotatedMatrices() throws {
            try withTemporaryDirectory { directory in
                try SmallHDF5.writeAnnotated(to: directory + "/x.h5ad")
                try check(.h5ad, "x.h5ad", in: directory) { $0.label = "kind" }
            }
        }
    }
}
