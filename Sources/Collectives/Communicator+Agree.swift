extension Communicator {
    /// Runs `body` on every rank and has the ranks agree whether it succeeded on all of them.
    ///
    /// For whatever can fail on one rank alone, such as reading its shards: without agreement the others would wait
    /// in the next collective operation for a rank that is gone. Costs one small all-reduce. `body` may
    /// itself use collective operations, as long as all ranks fail in them together.
    ///
    /// - Returns: what `body` returned on this rank.
    /// - Throws: ``AgreedError`` on every rank, with the text of the lowest rank that failed;
    ///   ``CollectiveError`` if the agreement itself fails.
    public func agree<T>(_ purpose: StaticString, _ body: () throws -> T) throws -> T {
        let outcome = Result { try body() }
        var failures = [Int32](repeating: 0, count: size)
        if case .failure = outcome { failures[rank] = 1 }
        try sum(&failures, purpose: purpose)

        let failed = failures.indices.filter { failures[$0] != 0 }
        guard let lowest = failed.first else { return try outcome.get() }

        // A failure that was agreed on inside `body` keeps its ranks and its text.
        var reported = failed
        var text: [UInt8] = []
        if case .failure(let error) = outcome {
            let inner = error as? AgreedError
            reported = inner?.failed ?? failed
            text = Array((inner?.message ?? "\(error)").utf8)
        }
        var header = [Int64](repeating: 0, count: size + 1)
        for rank in reported { header[rank] = 1 }
        header[size] = Int64(text.count)
        try broadcast(&header, root: lowest, purpose: purpose)
        if rank != lowest { text = Array(repeating: 0, count: Int(header[size])) }
        try broadcast(&text, root: lowest, purpose: purpose)
        let ranks = (0..<size).filter { header[$0] != 0 }
        throw AgreedError(
            message: String(decoding: text, as: UTF8.self), rank: ranks[0], failed: ranks, size: size,
            isReporter: rank == ranks[0])
    }
}
