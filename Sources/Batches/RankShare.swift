import Collectives

/// Divides samples over ranks: contiguous, as even as can be, and in order.
package struct RankShare {
    /// Which rank of how many.
    package let rank: Int
    package let ranks: Int

    package init(_ communicator: any Communicator) {
        rank = communicator.rank
        ranks = communicator.size
    }

    package init(rank: Int, ranks: Int) {
        self.rank = rank
        self.ranks = ranks
    }

    /// This rank's part of `count` samples.
    package func range(of count: Int) -> Range<Int> {
        count * rank / ranks..<count * (rank + 1) / ranks
    }

    /// This rank's part of `count` samples in whole slices.
    package func range(of count: Int, slicesOf columns: Int) -> Range<Int> {
        let mine = range(of: (count + columns - 1) / columns)
        return min(count, mine.lowerBound * columns)..<min(count, mine.upperBound * columns)
    }
}
