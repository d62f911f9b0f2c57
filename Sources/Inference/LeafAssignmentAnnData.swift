import Store

/// Assignments as an AnnData file of its own.
///
/// There are no variables: the samples' values stay where they are, and the two are joined by the names of the
/// observations.
final class LeafAssignmentAnnData: LeafAssignmentFile {
    private let file: HDF5File
    private let table: LeafAssignmentTable
    private let columns: TreeAnnotation
    private let names: HDF5Dataset

    init(_ path: String, _ table: LeafAssignmentTable) throws {
        self.table = table
        file = try HDF5File.create(path)
        let root = try file.root
        try root.encode(as: "anndata", "0.1.0")
        let count = table.dataset.count
        let obs = try root.createGroup("obs")
        try obs.encode(as: "dataframe", "0.2.0")
        try obs.setAttribute("_index", to: "_index")
        names = try obs.createTextDataset("_index", count: count, width: table.sampleWidth, deflate: 4)
        try names.encode(as: "string-array", "0.2.0")
        let variables = try root.createGroup("var")
        try variables.encode(as: "dataframe", "0.2.0")
        try variables.setAttribute("_index", to: "_index")
        try variables.setAttribute("column-order", to: [String]())
        try variables.createTextDataset("_index", count: 0, width: 1).encode(as: "string-array", "0.2.0")
        columns = try TreeAnnotation(root, table, count: count)
    }

    func append(_ rows: AssignedRows) throws {
        try names.write(texts: rows.rows.map(table.sample), rows: rows.rows)
        try columns.append(rows)
    }

    func close() throws {
        var order = try columns.finish()
        if let labels = table.dataset.labels {
            try file.root.group("obs").writeCategories(labels, of: table.classNames, to: "label")
            order.append("label")
        }
        try file.root.group("obs").setAttribute("column-order", to: order)
        try file.close()
    }
}
