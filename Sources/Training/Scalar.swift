import Collectives
import Kernels
import Store

/// A floating-point type that can be computed with, exchanged between ranks and stored.
public typealias Scalar = HDF5Scalar & Real & Reducible
