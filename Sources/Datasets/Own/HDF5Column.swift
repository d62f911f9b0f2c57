import Spelling
import Store

/// Finding datasets of the user's, and reading them as samples, labels and ids.
enum HDF5Column {
    /// Everything in a file that is a dataset or, being a link, may lead to one: by its path.
    static func paths(in file: HDF5File) throws -> [String] {
        var paths: [String] = []
        try file.forEach { path, kind in if kind != .group { paths.append(path) } }
        return paths.sorted()
    }

    /// The dataset at a path.
    /// - Throws: ``DatasetError`` with the nearest one where there is none.
    static func open(_ path: String, in file: HDF5File) throws -> HDF5Dataset {
        let known = try paths(in: file)
        let absolute = path.hasPrefix("/") ? path : "/" + path
        guard known.contains(absolute) else {
            throw DatasetError(
                file.path, "there is no dataset \(absolute)",
                advice: known.nearest(to: absolute).map { "the nearest is \($0)" }
                    ?? "it has no datasets at all")
        }
        return try file.root.dataset(absolute)
    }

    /// A dataset with one text or whole number for each sample, as texts.
    /// - Throws: ``DatasetError`` where it has other dimensions or holds fractions.
    static func texts(_ dataset: HDF5Dataset) throws -> [String] {
        let place = "\(dataset.path) in \(dataset.file.path)"
        guard dataset.shape.count == 1 || (dataset.shape.count == 2 && dataset.shape[1] == 1) else {
            throw DatasetError(
                place, "its shape is \(dataset.shape)", advice: "one for each sample is expected")
        }
        switch dataset.storedType.family {
        case .text: return try dataset.texts()
        case .floatingPoint:
            return try dataset.read(as: Double.self).map { value in
                guard let whole = Int(exactly: value) else {
                    throw DatasetError(
                        place, "it holds \(value)", advice: "whole numbers or texts are expected")
                }
                return String(whole)
            }
        default: return try dataset.read(as: Int.self).map { String($0) }
        }
    }
}

extension [String] {
    /// Requires ids to differ, and to be there.
    /// - Throws: ``DatasetError`` naming the first that does not.
    func requireUnique(place: String) throws(DatasetError) {
        var seen: Set<String> = []
        for (row, id) in enumerated() {
            guard !id.isEmpty else { throw DatasetError(place, "the id of sample \(row) is empty") }
            guard seen.insert(id).inserted else {
                throw DatasetError(
                    place, "the id '\(id)' is there a second time, at sample \(row)",
                    advice: "ids must differ")
            }
        }
    }
}
