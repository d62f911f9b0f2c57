import Datasets
import Store
import Testing
import TestSupport

extension DatasetsTests {
    /// Any dataset of an HDF5 file.
    @Suite struct HDF5Tests {
        private func prepare(
            _ fill: (HDF5Group) throws -> Void, _ change: (inout SourceOptions) -> Void
        ) throws -> Prepared {
            try withTemporaryDirectory { directory in
                let file = try HDF5File.create(directory + "/some.h5")
                try fill(file.root)
                try file.close()
                return try Prepared(.hdf5, directory + "/some.h5", change)
            }
        }

        private func fill(_ root: HDF5Group) throws {
            try root.write((0..<24).map { Double($0) / 4 }, to: "deep/down/doubles", shape: [4, 6])
            try root.write((0..<24).map { UInt8($0) }, to: "bytes", shape: [4, 2, 3])
            try root.write((0..<4).map { $0 * $0 - 3 }, to: "integers", shape: [4, 1])
            try root.write(texts: ["b", "a", "b", "ö"], to: "names")
        }

        @Test func datasetsLabelsAndIdsAreFoundByPath() throws {
            let doubles = try prepare(fill) {
                $0.dataset = "deep/down/doubles"
                $0.label = "/names"
                $0.id = "integers"
            }
            #expect(doubles.data.storedFloats == (0..<24).map { Float($0) / 4 } && doubles.data.shape == [6])
            #expect(doubles.labels == ["b", "a", "b", "ö"] && doubles.ids == ["-3", "-2", "1", "6"])
            let bytes = try prepare(fill) {
                $0.dataset = "/bytes"
                $0.label = "integers"
            }
            #expect(bytes.data.storedBytes == (0..<24).map { UInt8($0) } && bytes.data.shape == [1, 2, 3])
            #expect(
                bytes.data.classNames == ["-3", "-2", "1", "6"] && bytes.data.ids == .numbers([0, 1, 2, 3]))
        }

        @Test func whatIsWrongIsNamed() throws {
            let cases: [((inout SourceOptions) -> Void, String)] = [
                ({ _ in }, "name one with --dataset: /bytes, /deep/down/doubles, /integers, /names"),
                ({ $0.dataset = "byte" }, "there is no dataset /byte (the nearest is /bytes)"),
                ({ $0.dataset = "names" }, "/names in"),
                (
                    {
                        $0.dataset = "bytes"
                        $0.label = "deep/down/doubles"
                    }, "its shape is [4, 6] (one for each sample is expected)"
                ),
                (
                    {
                        $0.dataset = "bytes"
                        $0.id = "names"
                    }, "the id 'b' is there a second time, at sample 2"
                ),
            ]
            for (change, words) in cases {
                let found = message { _ = try prepare(fill, change) }
                #expect(found.contains(words), "\(found)")
            }
            #expect(
                message {
                    _ = try prepare({ try $0.write([1, Float.nan], to: "x", shape: [2, 1]) }) {
                        $0.dataset = "x"
                    }
                }.contains("sample 1 has the value nan"))
        }
    }
}
