/// Who adds up with whom, and who owns which part of a sum that is divided among the ranks.
///
/// Ranks are added pairwise: 0 and 1, 2 and 3, then these pairs, and so on. Where their number is no power of two, the
/// first ranks are added in pairs beforehand, until a power of two is left. So the order of additions follows that of the
/// ranks, whatever the length of a message: ranks that hold neighbouring slices of a batch repeat the additions that one
/// rank would make.
package struct ReductionTree {
    /// Whom a rank meets before the rounds.
    package enum Prelude {
        /// Nobody.
        case none
        /// Takes a neighbour's numbers in, and hands the result out in the end.
        case takes(from: Int)
        /// Gives its numbers to a neighbour, and only gets the result.
        case gives(to: Int)
    }

    /// What happens before the rounds.
    package let prelude: Prelude
    /// Whether this rank takes no part in the rounds.
    package var givesAway: Bool {
        if case .gives = prelude { true } else { false }
    }
    /// Number of rounds.
    package let rounds: Int
    /// This rank's place among those that take part in the rounds.
    private let place: Int
    /// Pairs of ranks that have one place together, the first ones.
    package let pairs: Int

    /// The tree as one of `size` ranks sees it.
    package init(rank: Int, size: Int) {
        precondition((0..<size).contains(rank), "rank \(rank) does not exist")
        rounds = Int.bitWidth - 1 - size.leadingZeroBitCount
        pairs = size - 1 << rounds
        if rank < 2 * pairs {
            prelude = rank % 2 == 0 ? .takes(from: rank + 1) : .gives(to: rank - 1)
            place = rank / 2
        } else {
            prelude = .none
            place = rank - pairs
        }
    }

    /// The rank that this one adds up with in a round.
    package func partner(_ round: Int) -> Int {
        let other = place ^ (1 << round)
        return other < pairs ? 2 * other : other + pairs
    }

    /// What is left to this rank of `count` numbers after so many rounds, each of which halves it; nothing for a rank
    /// that gave its numbers away.
    package func range(of count: Int, after rounds: Int) -> Range<Int> {
        if givesAway { return 0..<0 }
        var range = 0..<count
        for round in 0..<rounds {
            let (lower, upper) = Self.halves(range)
            range = place >> round & 1 == 0 ? lower : upper
        }
        return range
    }

    /// What this rank keeps of its numbers in a round, and what it leaves to its partner.
    func parts(of count: Int, round: Int) -> (kept: Range<Int>, given: Range<Int>) {
        let (lower, upper) = Self.halves(range(of: count, after: round))
        return place >> round & 1 == 0 ? (lower, upper) : (upper, lower)
    }

    /// Cut at a multiple of 16, so that no two ranks write to one cache line.
    private static func halves(_ range: Range<Int>) -> (Range<Int>, Range<Int>) {
        let middle = range.lowerBound + range.count / 2 / 16 * 16
        return (range.lowerBound..<middle, middle..<range.upperBound)
    }
}
