import CMPI
import Glibc

/// Memory that all ranks of one node see, one slot of a ``ProgressBoard`` each, owned by the native library, which
/// removes it however the job ends.
final class NodeMemory: @unchecked Sendable {
    // Unchecked: the handles are written in init and in the one call of free.
    private var communicator = cmpi_comm_null()
    private var window = cmpi_win_null()
    /// The board over the memory.
    let board: ProgressBoard

    /// Collective over `whole`. Nil on all of them if the library cannot share memory on some node; the
    /// watchdog then does without.
    init?(of whole: MPI_Comm?, rank: Int) {
        guard
            MPI_Comm_split_type(whole, cmpi_comm_type_shared(), Int32(rank), cmpi_info_null(), &communicator)
                == MPI_SUCCESS
        else { return nil }
        MPI_Comm_set_errhandler(communicator, cmpi_errors_return())

        var own: Int32 = 0
        var count: Int32 = 0
        MPI_Comm_rank(communicator, &own)
        MPI_Comm_size(communicator, &count)
        var ranks = [Int32](repeating: 0, count: Int(count))
        var mine = Int32(rank)
        guard
            MPI_Allgather(&mine, 1, cmpi_int32(), &ranks, 1, cmpi_int32(), communicator) == MPI_SUCCESS
        else { return nil }

        // The memory is contiguous by default, so slot k lies k slots behind that of the first rank.
        var address: UnsafeMutableRawPointer?
        let size = ProgressBoard.slotSize
        let status = MPI_Win_allocate_shared(
            MPI_Aint(size), 1, cmpi_info_null(), communicator, &address, &window)
        guard status == MPI_SUCCESS, let address else { return nil }
        MPI_Win_set_errhandler(window, cmpi_errors_return())
        memset(address, 0, size)
        var first: UnsafeMutableRawPointer?
        var firstSize: MPI_Aint = 0
        var unit: Int32 = 0
        guard MPI_Win_shared_query(window, 0, &firstSize, &unit, &first) == MPI_SUCCESS, let first else {
            return nil
        }
        MPI_Barrier(communicator)
        board = ProgressBoard(memory: first, ranks: ranks.map(Int.init), own: Int(own))
    }

    /// Collective; the board must not be used afterwards.
    func free() {
        MPI_Win_free(&window)
        MPI_Comm_free(&communicator)
    }
}
