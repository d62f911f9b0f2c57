import CMPI

extension MPICommunicator {
    /// Throws unless the native call succeeded.
    func check(_ status: Int32, _ operation: StaticString, _ purpose: StaticString) throws(CollectiveError) {
        try Self.check(status, operation, purpose, rank: rank, size: size)
    }

    /// As above, before there is a communicator.
    static func check(
        _ status: Int32, _ operation: StaticString, _ purpose: StaticString, rank: Int, size: Int
    ) throws(CollectiveError) {
        guard status != MPI_SUCCESS else { return }
        var text = [CChar](repeating: 0, count: Int(cmpi_max_error_string()) + 1)
        var length: Int32 = 0
        MPI_Error_string(status, &text, &length)
        var errorClass: Int32 = 0
        MPI_Error_class(status, &errorClass)
        throw CollectiveError(
            operation: "\(operation)", purpose: "\(purpose)", rank: rank, size: size,
            nativeText: text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) },
            hint: hint(errorClass))
    }

    private static func hint(_ errorClass: Int32) -> String {
        switch errorClass {
        case MPI_ERR_TRUNCATE, MPI_ERR_COUNT:
            "the ranks disagree about the count: do all of them run the same program with the same configuration?"
        case MPI_ERR_NO_MEM:
            "memory for the transport is exhausted: run fewer ranks on a node or enlarge /dev/shm"
        default:
            "look for an earlier error of another rank, or for a node that is gone"
        }
    }
}
