import CMPI
import Glibc

extension MPICommunicator {
    /// Elements or bytes of one native call, well below its 32-bit count.
    static let largestPiece = 1 << 30

    /// By `MPI_Allreduce`, in place.
    public func maximum<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString
    ) throws(CollectiveError) {
        for piece in Pieces(of: count, limit: Self.largestPiece) {
            try watched("all-reduce", purpose) {
                MPI_Allreduce(
                    cmpi_in_place(), buffer + piece.lowerBound, Int32(piece.count), T.element.native,
                    cmpi_max(), native)
            }
        }
    }

    /// By `MPI_Bcast`.
    public func broadcast(
        _ bytes: UnsafeMutableRawBufferPointer, root: Int, purpose: StaticString
    ) throws(CollectiveError) {
        try broadcast(bytes, root: root, purpose: purpose, limit: Self.largestPiece)
    }

    func broadcast(
        _ bytes: UnsafeMutableRawBufferPointer, root: Int, purpose: StaticString, limit: Int
    ) throws(CollectiveError) {
        precondition((0..<size).contains(root), "rank \(root) does not exist")
        for piece in Pieces(of: bytes.count, limit: limit) {
            try watched("broadcast", purpose) {
                MPI_Bcast(
                    bytes.baseAddress.map { $0 + piece.lowerBound }, Int32(piece.count), cmpi_byte(),
                    Int32(root), native)
            }
        }
    }

    /// By `MPI_Gather`.
    public func gather(
        _ bytes: UnsafeRawBufferPointer, into received: UnsafeMutableRawBufferPointer, root: Int,
        purpose: StaticString
    ) throws(CollectiveError) {
        try gather(bytes, into: received, root: root, purpose: purpose, limit: Self.largestPiece)
    }

    func gather(
        _ bytes: UnsafeRawBufferPointer, into received: UnsafeMutableRawBufferPointer, root: Int,
        purpose: StaticString, limit: Int
    ) throws(CollectiveError) {
        precondition((0..<size).contains(root), "rank \(root) does not exist")
        precondition(
            rank != root || received.count == size * bytes.count, "the root receives the bytes of all ranks")
        for piece in Pieces(of: bytes.count, limit: max(1, limit / size)) {
            // The pieces of two ranks lie apart in the result unless there is only one.
            let isWhole = piece.count == bytes.count
            let source = bytes.baseAddress.map { $0 + piece.lowerBound }
            let count = Int32(piece.count)
            let root = Int32(root)
            if isWhole || rank != root {
                try watched("gather", purpose) {
                    MPI_Gather(
                        source, count, cmpi_byte(), received.baseAddress, count, cmpi_byte(), root,
                        native)
                }
                continue
            }
            var staging = [UInt8](repeating: 0, count: size * piece.count)
            try watched("gather", purpose) {
                MPI_Gather(
                    source, count, cmpi_byte(), &staging, count, cmpi_byte(), root, native)
            }
            for sender in 0..<size {
                let start = sender * bytes.count + piece.lowerBound
                let target = UnsafeMutableRawBufferPointer(rebasing: received[start..<start + piece.count])
                target.copyBytes(from: staging[sender * piece.count..<(sender + 1) * piece.count])
            }
        }
    }

    /// By `MPI_Allgather` of the counts and `MPI_Allgatherv` of the bytes.
    public func allGather(
        _ bytes: [UInt8], purpose: StaticString
    ) throws(CollectiveError) -> [[UInt8]] {
        try allGather(bytes, purpose: purpose, limit: Self.largestPiece)
    }

    func allGather(
        _ bytes: [UInt8], purpose: StaticString, limit: Int
    ) throws(CollectiveError) -> [[UInt8]] {
        var counts = [Int64](repeating: 0, count: size)
        var own = Int64(bytes.count)
        try watched("all-gather", purpose) {
            MPI_Allgather(&own, 1, cmpi_int64(), &counts, 1, cmpi_int64(), native)
        }
        var gathered = counts.map { count in
            var bytes: [UInt8] = []
            bytes.reserveCapacity(Int(count))
            return bytes
        }
        // Rounds of equal ranges; a rank that has no more bytes sends none.
        for piece in Pieces(of: Int(counts.max() ?? 0), limit: max(1, limit / size)) {
            let shares = counts.map { piece.clamped(to: 0..<Int($0)) }
            var offsets: [Int32] = []
            var total = 0
            for share in shares {
                offsets.append(Int32(total))
                total += share.count
            }
            let lengths = shares.map { Int32($0.count) }
            var received = [UInt8](repeating: 0, count: total)
            try watched("all-gather", purpose) {
                bytes.withUnsafeBytes { bytes in
                    MPI_Allgatherv(
                        bytes.baseAddress.map { $0 + shares[rank].lowerBound }, lengths[rank], cmpi_byte(),
                        &received, lengths, offsets, cmpi_byte(), native)
                }
            }
            for source in 0..<size {
                let start = Int(offsets[source])
                gathered[source].append(contentsOf: received[start..<start + shares[source].count])
            }
        }
        return gathered
    }

    /// By `MPI_Barrier`.
    public func barrier(purpose: StaticString) throws(CollectiveError) {
        try watched("barrier", purpose) { MPI_Barrier(native) }
    }

    /// By `MPI_Ibarrier`, asked every millisecond whether it is done.
    public func rest(purpose: StaticString) throws(CollectiveError) {
        try watched("barrier", purpose) {
            var request = cmpi_request_null()
            var isDone: Int32 = 0
            var status = MPI_Ibarrier(native, &request)
            while status == MPI_SUCCESS, isDone == 0 {
                status = MPI_Test(&request, &isDone, cmpi_status_ignore())
                if isDone == 0 { usleep(1000) }
            }
            return status
        }
    }

    /// Runs one native call under the eyes of the watchdog.
    func watched(
        _ operation: StaticString, _ purpose: StaticString, _ call: () -> Int32
    ) throws(CollectiveError) {
        watchdog?.enter(operation, purpose)
        let status = call()
        watchdog?.leave()
        try check(status, operation, purpose)
    }
}

extension ReducibleElement {
    /// The native library's name for it.
    var native: MPI_Datatype {
        switch self {
        case .float: cmpi_float()
        case .double: cmpi_double()
        case .int32: cmpi_int32()
        case .int64: cmpi_int64()
        case .uint64: cmpi_uint64()
        }
    }
}
