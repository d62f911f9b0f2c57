import Datasets
import Store

/// Assignments in an AnnData file that is there: a copy with them takes its place (`HDF5File.edit`).
///
/// Observations are found by their names, in whatever order the file has them. The rows are kept until all are known.
final class LeafAssignmentAnnotation: LeafAssignmentFile {
    private let path: String
    private let table: LeafAssignmentTable
    /// The place in the file of each sample; nil where the file does not have it.
    private let places: [Int?]
    private let count: Int
    /// `[count, width]`, in the order of the file.
    private var values: [Float]

    init(_ path: String, _ table: LeafAssignmentTable) throws {
        self.path = path
        self.table = table
        let names = try AnnotatedMatrix(path).names(of: "obs")
        var places = Dictionary(minimumCapacity: names.count) as [String: Int]
        for (row, name) in names.enumerated() where places.updateValue(row, forKey: name) != nil {
            throw DatasetError(
                "obs_names of \(path)", "'\(name)' is there twice",
                advice: "call adata.obs_names_make_unique()")
        }
        self.places = (0..<table.dataset.count).map { places[table.sample($0)] }
        count = names.count
        values = Array(repeating: 0, count: count * table.width)
        let found = Set(self.places.compactMap(\.self))
        if let missing = names.indices.first(where: { !found.contains($0) }) {
            throw DatasetError(
                path,
                "\(count - found.count) of its \(count) observations are not among the samples, the first of them "
                    + "'\(names[missing])'",
                advice:
                    "read both splits with --split all, or prepare this file and name its shards with --data")
        }
    }

    func append(_ rows: AssignedRows) throws {
        let width = table.width
        for (index, sample) in rows.rows.enumerated() {
            guard let place = places[sample] else { continue }
            values.replaceSubrange(
                place * width..<(place + 1) * width, with: rows.values[index * width..<(index + 1) * width])
        }
    }

    func close() throws {
        let file = try HDF5File.edit(path)
        let root = try file.root
        let columns = try TreeAnnotation(root, table, count: count)
        let step = 1 << 13
        for start in stride(from: 0, to: count, by: step) {
            let rows = start..<min(start + step, count)
            let part = values[rows.lowerBound * table.width..<rows.upperBound * table.width]
            try columns.append(AssignedRows(rows: rows, values: Array(part), table: table))
        }
        let added = try columns.finish()
        let obs = try root.group("obs")
        let order = try obs.hasAttribute("column-order") ? obs.textList("column-order") : []
        try obs.setAttribute("column-order", to: order.filter { !$0.isTreeColumn } + added)
        try file.close()
    }
}
