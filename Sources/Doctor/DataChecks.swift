import Datasets
import Store

/// Whether the data are there, whole as far as their headers say, and the same for all ranks.
package enum DataChecks {
    /// Opens all shards of a directory.
    package static func run(_ directory: String) -> [Check] {
        guard let splits = try? Split.allCases.filter({ try Dataset.hasSplit($0, in: directory) }),
            !splits.isEmpty
        else {
            return [
                .error(
                    "data: shards", "\(directory) has none",
                    "make them with 'treevae-dist prepare', and see that every host sees the directory")
            ]
        }
        return splits.map { split in
            let name = "data: \(split.rawValue)"
            do {
                // Not into memory: their files alone say what they hold.
                let data = try Dataset.load(directory: directory, splits: [split], memory: 0)[0]
                let shape = data.shape.map(String.init).joined(separator: "x")
                return .ok(
                    name,
                    "\(data.name), \(data.count) samples of \(shape), digest \(try data.digest().suffix(8))")
            } catch {
                return .error(name, "\(error)", "copy or prepare the data again")
            }
        }
    }
}
