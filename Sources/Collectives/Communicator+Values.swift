extension Communicator {
    /// Replaces each value by its sum over all ranks, which hold equally many.
    public func sum<T: Reducible>(_ values: inout [T], purpose: StaticString) throws(CollectiveError) {
        try values.withUnsafeMutableBufferPointer { buffer throws(CollectiveError) in
            guard let base = buffer.baseAddress else { return }
            try sum(base, count: buffer.count, purpose: purpose)
        }
    }

    /// Replaces each value by the largest over all ranks, which hold equally many.
    public func maximum<T: Reducible>(_ values: inout [T], purpose: StaticString) throws(CollectiveError) {
        try values.withUnsafeMutableBufferPointer { buffer throws(CollectiveError) in
            guard let base = buffer.baseAddress else { return }
            try maximum(base, count: buffer.count, purpose: purpose)
        }
    }

    /// Replaces the values by those of rank `root`; equally many on every rank.
    public func broadcast<T: BitwiseCopyable>(
        _ values: inout [T], root: Int, purpose: StaticString
    ) throws(CollectiveError) {
        try values.withUnsafeMutableBufferPointer { buffer throws(CollectiveError) in
            try broadcast(UnsafeMutableRawBufferPointer(buffer), root: root, purpose: purpose)
        }
    }

    /// The values of all ranks, in the order of the ranks; the counts may differ.
    public func allGather<T: BitwiseCopyable>(
        _ values: [T], purpose: StaticString
    ) throws(CollectiveError) -> [[T]] {
        let bytes = values.withUnsafeBytes { Array($0) }
        return try allGather(bytes, purpose: purpose).map { received in
            received.withUnsafeBytes { source in
                let count = source.count / MemoryLayout<T>.stride
                return Array(unsafeUninitializedCapacity: count) { values, initialized in
                    // The bytes of an array have the alignment of bytes, so they are copied, not rebound.
                    UnsafeMutableRawBufferPointer(values).copyMemory(from: source)
                    initialized = count
                }
            }
        }
    }
}
