import Checkpoints
import Store

/// Generated samples as HDF5 (docs/result-formats.md), written batch by batch.
public final class SampleFile {
    private let file: HDF5File
    private let columns: StoredColumns

    /// Creates a file for the draws of a plan.
    ///
    /// - Parameters:
    ///   - leaves: identifiers of the leaves, breadth first.
    ///   - shape: shape of one sample.
    public init(_ path: String, _ plan: GenerationPlan, leaves: [Int], shape: [Int]) throws {
        file = try HDF5File.create(path)
        let root = try file.root
        columns = StoredColumns(root)
        try root.setAttribute("format", to: "treevae-dist samples")
        try root.setAttribute("format_version", to: 1)
        try root.setAttribute("mode", to: plan.mode.name)
        try root.setAttribute("seed", to: plan.seed)
        try root.setAttribute("temperature", to: plan.temperature)
        try root.setAttribute("leaves", to: leaves)
        let isWhole = plan.mode == .allLeaves
        try columns.create(
            "x", of: Float.self, shape: [plan.count] + (isWhole ? [leaves.count] : []) + shape, deflate: 4)
        try columns.create("probability", of: Float.self, shape: [plan.count, leaves.count])
        if !isWhole { try columns.create("leaf", of: Int32.self, shape: [plan.count]) }
    }

    /// Writes the next draws.
    public func append(_ batch: GeneratedBatch) throws {
        let rows = batch.first..<batch.first + batch.count
        try columns.write(batch.values, to: "x", rows: rows)
        try columns.write(batch.probabilities, to: "probability", rows: rows)
        if !batch.leaves.isEmpty { try columns.write(batch.leaves.map(Int32.init), to: "leaf", rows: rows) }
    }

    /// Ends the file, which is then there.
    public func close() throws { try file.close() }
}

extension GenerationPlan.Mode {
    /// As `--mode` has it.
    public var name: String {
        switch self {
        case .allLeaves: "all-leaves"
        case .paths: "paths"
        case .leaf: "leaf"
        }
    }
}

extension Reconstruction {
    /// Writes an HDF5 file (docs/result-formats.md), whole or not at all.
    public func write(to path: String) throws {
        let file = try HDF5File.create(path)
        let root = try file.root
        try root.setAttribute("format", to: "treevae-dist reconstructions")
        try root.setAttribute("format_version", to: 1)
        try root.setAttribute("leaves", to: leaves)
        try root.write(rows.map(Int64.init), to: "row")
        try root.write(texts: ids, to: "sample")
        try root.write(originals, to: "x", shape: [rows.count] + shape)
        try root.write(values, to: "reconstruction", shape: [rows.count, leaves.count] + shape)
        try root.write(probabilities, to: "probability", shape: [rows.count, leaves.count])
        try file.close()
    }
}
