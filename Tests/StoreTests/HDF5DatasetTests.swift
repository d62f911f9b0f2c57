import Files
import Glibc
import Store
import TestSupport
import Testing

extension StoreTests {
    @Suite struct HDF5DatasetTests {
        /// Writes and reads back an array of rank 3, whole and in rows, plain and compressed.
        private func roundTrip<Element: HDF5Scalar & Equatable>(_ make: (Int) -> Element) throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/file.h5"
                let shape = [7, 2, 3]
                let values = (0..<42).map(make)
                let file = try HDF5File.create(path)
                try file.root.write(values, to: "plain", shape: shape)
                try file.root.write(values, to: "deep/down/compressed", shape: shape, deflate: 4)
                try file.root.write([Element](), to: "empty", shape: [0, 5])
                try file.close()

                let again = try HDF5File.open(path)
                for name in ["plain", "deep/down/compressed"] {
                    let dataset = try again.root.dataset(name)
                    #expect(dataset.shape == shape)
                    #expect(dataset.storedType.description == Element.scalarKind.rawValue)
                    #expect(try dataset.read(as: Element.self) == values)
                    #expect(try dataset.read(rows: 2..<5, as: Element.self) == Array(values[12..<30]))
                    #expect(try dataset.read(rows: 3..<3, as: Element.self).isEmpty)
                }
                let empty = try again.root.dataset("empty")
                #expect(empty.shape == [0, 5])
                #expect(try empty.read(as: Element.self).isEmpty)
                try again.close()
                try HDF5File.verify(path)
            }
        }

        @Test func roundTripsEveryType() throws {
            try roundTrip { UInt8(255 - $0) }
            try roundTrip { Int32($0 * 50_000_000 - 1_000_000_000) }
            try roundTrip { Int64($0) << 57 - 1 }
            try roundTrip { $0 - 21 }
            try roundTrip { Float($0) * 1e37 / 43 }
            try roundTrip { 1 / Double($0 + 1) }
        }

        @Test func writesRowsIntoAnExistingDataset() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/rows.h5"
                let file = try HDF5File.create(path)
                let dataset = try file.root.createDataset("x", of: Float.self, shape: [6, 2])
                #expect(
                    message {
                        try [Float(1), 2].withUnsafeBufferPointer { try dataset.write($0, rows: 4..<5) }
                    }
                    .contains("rows 4..<5 were handed over, row 0 is next"))
                #expect(
                    message { try [1.0, 2].withUnsafeBufferPointer { try dataset.write($0, rows: 0..<1) } }
                        .contains("float64 was handed over, the file has float32"))
                for row in [0, 2, 4] {
                    let values = (0..<4).map { Float(row * 2 + $0) }
                    try values.withUnsafeBufferPointer { try dataset.write($0, rows: row..<row + 2) }
                }
                try file.close()
                let again = try HDF5File.open(path)
                #expect(try again.root.dataset("x").read(as: Float.self) == (0..<12).map(Float.init))
                #expect(try again.root.dataset("x").read(as: Double.self) == (0..<12).map(Double.init))
            }
        }

        @Test func aFileWithoutAllItsRowsIsNotThere() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/rows.h5"
                let file = try HDF5File.create(path)
                let dataset = try file.root.createDataset("x", of: Float.self, shape: [3, 2])
                try [Float(1), 2].withUnsafeBufferPointer { try dataset.write($0, rows: 0..<1) }
                #expect(
                    message { try file.close() }
                        == "cannot finish /x in \(path): 1 of its 3 rows were written")
                #expect(try Directory.list(directory).isEmpty)
            }
        }

        @Test func readsManyChunks() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/large.h5"
                let values = (0..<3_000 * 200).map { Double($0) }
                let file = try HDF5File.create(path)
                try file.root.write(values, to: "x", shape: [3_000, 200])
                try file.close()
                let dataset = try HDF5File.open(path).root.dataset("x")
                #expect(try dataset.read(as: Double.self) == values)
                #expect(
                    try dataset.read(rows: 1234..<2345, as: Double.self) == Array(values[246_800..<469_000]))
            }
        }

        @Test func refusesWhatDoesNotFit() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/types.h5"
                let file = try HDF5File.create(path)
                let dataset = try file.root.write([1.5, 2.5], to: "weights")
                #expect(
                    message { _ = try dataset.read(as: Float.self) }
                        == "cannot read /weights in \(path): float32 was expected, the file has float64")
                #expect(message { _ = try dataset.read(as: Int.self) }.contains("int64 was expected"))
                #expect(
                    message { _ = try dataset.read(rows: 1..<4, as: Double.self) }
                        .contains("rows 1..<4 were asked for, it has 2"))
                #expect(
                    message { try file.root.write([1], to: "weights") }
                        .contains("cannot create the dataset /weights in \(path)"))
                #expect(
                    message { _ = try file.root.dataset("none") }
                        .contains("cannot open the dataset /none in \(path)"))
            }
        }

        @Test func sameContentsMakeTheSameBytes() throws {
            try withTemporaryDirectory { directory in
                for name in ["one.h5", "two.h5"] {
                    let file = try HDF5File.create(directory + "/" + name)
                    try file.root.createGroup("a/b").setAttribute("key", to: "value")
                    try file.root.write([1, 2, 3], to: "a/x", deflate: 1)
                    try file.root.write([1, 2, 3], to: "/c/d/x")
                    try file.close()
                    // Into the next second: a time in the file would differ.
                    if name == "one.h5" { sleep(1) }
                }
                #expect(try bytes(of: directory + "/one.h5") == bytes(of: directory + "/two.h5"))
            }
        }

        @Test func threadsTakeTurns() async throws {
            var template = Array("/tmp/treevae-threads-XXXXXX".utf8CString)
            let directory = try #require(mkdtemp(&template).map { String(cString: $0) })
            defer { Directory.remove(directory) }
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        let path = "\(directory)/\(number).h5"
                        for round in 0..<20 {
                            let values = (0..<500).map { $0 * number + round }
                            let file = try HDF5File.create(path)
                            try file.root.setAttribute("round", to: round)
                            try file.root.write(values, to: "x/y")
                            try file.close()
                            let again = try HDF5File.open(path)
                            guard try again.root.dataset("x/y").read(as: Int.self) == values else {
                                return false
                            }
                            // Errors, too, must not mix between threads.
                            guard
                                message({ _ = try again.root.dataset("no\(number)") }).contains(
                                    "/no\(number)")
                            else { return false }
                        }
                        return true
                    }
                }
                for try await correct in group { #expect(correct) }
            }
        }
    }
}
