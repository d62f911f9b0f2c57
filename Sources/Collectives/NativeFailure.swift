import CMPI

/// A native call that did not succeed.
struct NativeFailure: Error {
    let status: Int32

    static func check(_ status: Int32) throws(NativeFailure) {
        if status != MPI_SUCCESS { throw NativeFailure(status: status) }
    }
}
