import Store

/// Generated samples as HDF5 (docs/result-formats.md), written batch by batch.
public final class SampleFile {
    private let file: HDF5File
    private let root: HDF5Group
    private let path: String

    /// Creates a file for the draws of a plan.
    ///
    /// - Parameters:
    ///   - leaves: identifiers of the leaves, breadth first.
    ///   - shape: shape of one sample.
    public init(_ path: String, _ plan: GenerationPlan, leaves: [Int], shape: [Int]) throws {
        self.path = path
        file = try HDF5File.create(path)
        root = try file.root
        try root.setAttribute("format", to: "treevae-dist samples")
        try root.setAttribute("format_version", to: 1)
        try root.setAttribute("mode", to: plan.mode.name)
        try root.setAttribute("seed", to: plan.seed)
        try root.setAttribute("temperature", to: plan.temperature)
        try root.setAttribute("leaves", to: leaves)
        let isWhole = plan.mode == .allLeaves
        _ = try root.createDataset(
            "x", of: Float.self, shape: [plan.count] + (isWhole ? [leaves.count] : []) + shape, deflate: 4)
        _ = try root.createDataset("probability", of: Float.self, shape: [plan.count, leaves.count])
        if !isWhole { _ = try root.createDataset("leaf", of: Int32.self, shape: [plan.count]) }
    }

    /// Writes the next draws.
    public func append(_ batch: GeneratedBatch) throws {
        let rows = batch.first..<batch.first + batch.count
        try root.append(batch.values, to: "x", rows)
        try root.append(batch.probabilities, to: "probability", rows)
        if !batch.leaves.isEmpty { try root.append(batch.leaves.map(Int32.init), to: "leaf", rows) }
    }

    /// Ends the file.
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
        try AtomicFile.write(to: path, verify: HDF5File.verify) { temporary in
            let file = try HDF5File.create(temporary)
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
}
