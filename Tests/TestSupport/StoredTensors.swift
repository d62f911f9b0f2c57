import Files
import Store

/// Every data set of an HDF5 file by its path, as doubles: what is stored as 32-bit floats keeps its value exactly, texts
/// are the numbers of their bytes.
public func storedTensors(_ path: String) throws -> [String: [Double]] {
    var result: [String: [Double]] = [:]
    let file = try HDF5File.open(path)
    try file.forEach { name, kind throws(StoreError) in
        guard kind == .dataset else { return }
        let dataset = try file.root.dataset(name)
        switch dataset.storedType.family {
        case .floatingPoint: result[name] = try dataset.read(as: Double.self)
        case .text: result[name] = try dataset.texts().joined(separator: "\n").utf8.map(Double.init)
        default: result[name] = try dataset.read(as: Int64.self).map(Double.init)
        }
    }
    return result
}

/// The names of the data sets in which two files differ by as much as a bit, or which only one of them has.
public func differences(_ a: [String: [Double]], _ b: [String: [Double]]) -> [String] {
    Set(a.keys).union(b.keys).filter { a[$0]?.map(\.bitPattern) != b[$0]?.map(\.bitPattern) }.sorted()
}
