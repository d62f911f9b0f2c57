import CMPI

/// Memory that all ranks of one node see, owned by the native library, which removes it however the job ends: one slot of
/// a ``ProgressBoard`` and one of ``NodeMail`` each.
final class NodeMemory: @unchecked Sendable {
    // Unchecked: the handles are written in init and in the one call of free.
    private var communicator = cmpi_comm_null()
    private var window = cmpi_win_null()
    /// The board over the memory.
    let board: ProgressBoard
    /// Messages through the memory.
    let mail: NodeMail

    /// Collective over `whole`. Nil on all of them if the library cannot share memory on some node; the
    /// watchdog and sums then do without.
    init?(of whole: MPI_Comm, rank: Int, size: Int) {
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

        // The memory is contiguous by default, so that there is one of the whole from where that of the first rank begins.
        var address: UnsafeMutableRawPointer?
        let (lanes, places) = (sumLanes + 1, Exchange.places(ReductionTree(rank: rank, size: size)))
        let share = ProgressBoard.slotSize + NodeMail.slotSize(lanes: lanes, places: places)
        let status = MPI_Win_allocate_shared(
            MPI_Aint(share), 1, cmpi_info_null(), communicator, &address, &window)
        guard status == MPI_SUCCESS, address != nil else { return nil }
        MPI_Win_set_errhandler(window, cmpi_errors_return())
        var first: UnsafeMutableRawPointer?
        var firstSize: MPI_Aint = 0
        var unit: Int32 = 0
        guard MPI_Win_shared_query(window, 0, &firstSize, &unit, &first) == MPI_SUCCESS, let first else {
            return nil
        }
        board = ProgressBoard(memory: first, ranks: ranks.map(Int.init), own: Int(own))
        mail = NodeMail(
            memory: first + Int(count) * ProgressBoard.slotSize, ranks: ranks.map(Int.init), own: rank,
            lanes: lanes, places: places
        ) {
            // Another rank may wait for a message that the library has not handed over yet.
            var isThere: Int32 = 0
            MPI_Iprobe(cmpi_any_source(), cmpi_any_tag(), whole, &isThere, cmpi_status_ignore())
        }
        MPI_Barrier(communicator)
    }

    /// Collective; board and mail must not be used afterwards.
    func free() {
        MPI_Win_free(&window)
        MPI_Comm_free(&communicator)
    }
}
