import Configuration
import Datasets

/// What a rank may still keep in memory of what there is for every sample.
package struct MemoryBudget {
    /// Bytes that are left.
    package private(set) var bytes: Int

    /// So many bytes.
    package init(bytes: Int) { self.bytes = bytes }

    /// What the samples held by a run leave of `data.memory_budget`.
    package init(_ configuration: Configuration, holding datasets: [Dataset]) {
        bytes = configuration.data.memoryBytes - datasets.reduce(0) { $0 + $1.heldBytes }
    }

    /// Whether so many bytes are left; then they are taken.
    package mutating func take(_ wanted: Int) -> Bool {
        guard wanted <= bytes else { return false }
        bytes -= wanted
        return true
    }
}
