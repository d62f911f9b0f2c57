extension Configuration {
    /// What computes: it decides how fast a run is, and the last digits of its numbers.
    public struct Performance: Codable, Equatable, Sendable {
        /// What computes the products of wide linear layers, of 64 inputs and outputs or more.
        public var kernels = Kernels.own
    }

    /// What computes products.
    public enum Kernels: String, Choice {
        /// The kernels of this program.
        case own
        /// The system's CBLAS.
        case blas
        /// The faster of the two, measured when the run begins; the run's configuration then names it.
        case auto
    }
}
