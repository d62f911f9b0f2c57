import Store

/// What tells the data of a run from others: digests of the values and labels of its samples, whatever files they are in.
public struct DataDigests: Equatable, Sendable {
    /// Of the training split.
    package let training: String
    /// Of the test split, if there is one.
    package let test: String?

    /// Digests of both splits.
    package init(training: String, test: String?) {
        self.training = training
        self.test = test
    }

    /// Reads them from a checkpoint; nil where it was written before they were recorded.
    init?(_ root: HDF5Group) throws {
        guard try root.hasAttribute("data_digest") else { return nil }
        training = try root.text("data_digest")
        test = try root.hasAttribute("test_data_digest") ? root.text("test_data_digest") : nil
    }

    /// Writes them into a checkpoint.
    func write(to root: HDF5Group) throws {
        try root.setAttribute("data_digest", to: training)
        if let test { try root.setAttribute("test_data_digest", to: test) }
    }
}
