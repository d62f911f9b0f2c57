/// A file of assignments in the making, on rank 0.
protocol LeafAssignmentFile: AnyObject {
    /// Creates the file, with everything but its rows.
    init(_ path: String, _ table: LeafAssignmentTable) throws
    /// Writes the next rows.
    func append(_ rows: AssignedRows) throws
    /// Ends the file, which is then there.
    func close() throws
}

extension LeafAssignmentFormat {
    /// Creates a file of this format.
    func create(_ path: String, _ table: LeafAssignmentTable) throws -> any LeafAssignmentFile {
        switch self {
        case .csv: try LeafAssignmentCSV(path, table)
        case .h5: try LeafAssignmentHDF5(path, table)
        case .h5ad: try LeafAssignmentAnnData(path, table)
        case .annotation: try LeafAssignmentAnnotation(path, table)
        }
    }
}
