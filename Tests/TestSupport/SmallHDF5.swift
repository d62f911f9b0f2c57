import Store

/// HDF5 files of 40 samples with three features and a label, as users bring them.
package enum SmallHDF5 {
    /// A dense matrix `/x` and labels `/y`.
    package static func writeMatrix(to path: String) throws {
        let file = try HDF5File.create(path)
        try file.root.write((0..<120).map { Float($0) }, to: "x", shape: [40, 3])
        try file.root.write(texts: (0..<40).map { "l\($0 % 3)" }, to: "y")
        try file.close()
    }

    /// An AnnData file with a sparse matrix, by rows or by columns, and the obs column `kind`.
    package static func writeAnnotated(to path: String, isByRows: Bool = true) throws {
        let file = try HDF5File.create(path)
        let root = try file.root
        let matrix = try root.createGroup("X")
        try matrix.setAttribute("encoding-type", to: isByRows ? "csr_matrix" : "csc_matrix")
        try matrix.setAttribute("shape", to: [40, 3])
        try matrix.write((0..<40).map { Float($0) }, to: "data")
        try matrix.write((0..<40).map { isByRows ? $0 % 3 : $0 }, to: "indices")
        try matrix.write(isByRows ? Array(0...40) : [0, 10, 30, 40], to: "indptr")
        for (table, count) in [("obs", 40), ("var", 3)] {
            let group = try root.createGroup(table)
            try group.setAttribute("_index", to: "_index")
            try group.write(texts: (0..<count).map { "\(table)\($0)" }, to: "_index")
        }
        let column = try root.createGroup("obs/kind")
        try column.setAttribute("encoding-type", to: "categorical")
        try column.write(texts: ["a", "b"], to: "categories")
        try column.write((0..<40).map { Int32($0 % 2) }, to: "codes")
        try file.close()
    }
}
