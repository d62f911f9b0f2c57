import Collectives
import Configuration
import Kernels
import Store

/// A floating-point type that can be computed with, exchanged between ranks and stored.
public typealias Scalar = HDF5Scalar & Real & Reducible

extension Configuration.Precision {
    /// The type that parameters and activations have.
    public var scalar: any Scalar.Type {
        switch self {
        case .float, .mixed: Float.self
        case .double: Double.self
        }
    }
}
