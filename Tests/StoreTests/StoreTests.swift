import Glibc
import Store
import Testing

/// The parent of all suites here: they use HDF5 and change process-wide limits, hence one after the other.
@Suite(.serialized)
struct StoreTests {}
