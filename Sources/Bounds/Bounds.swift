/// The one way from numbers that a file says to memory: what a header announces is counted here before anyone makes
/// room for it.
package enum Bounds {
    /// More elements than any memory holds; with room for their size in bytes.
    package static let elements = Int.max / 1024

    /// The product of the extents of an array.
    ///
    /// Extents of zero are passed over when the limit is looked at: the product of the others is what loops over rows or
    /// columns compute.
    /// - Returns: nil where an extent is negative, or the product is more than `limit`.
    package static func count(_ extents: [Int], limit: Int = elements) -> Int? {
        var product = 1
        for extent in extents where extent != 0 {
            let (next, overflow) = product.multipliedReportingOverflow(by: extent)
            guard extent > 0, !overflow, next <= limit else { return nil }
            product = next
        }
        return extents.contains(0) ? 0 : product
    }

    /// The most bytes that stored ones can become: deflate shrinks a thousandfold at most. Little memory is always let
    /// through, 16 MiB.
    package static func unpacked(_ stored: Int) -> Int { max(1 << 24, clamped(stored, 1100)) }

    /// The most rows, or columns of a sparse matrix, that a file of so many bytes has: more are made up, and each costs
    /// memory of its own. A few millions are always let through.
    package static func rows(_ stored: Int) -> Int { max(1 << 22, clamped(stored, 64)) }

    /// The product, or ``elements`` where that is smaller or a factor is negative.
    package static func clamped(_ factors: Int...) -> Int { count(factors) ?? elements }

    /// The sum of counts that are not negative, or ``elements`` where that is smaller.
    package static func sum(_ counts: some Sequence<Int>) -> Int {
        counts.reduce(0) { min(elements, $0 + min(elements, $1)) }
    }
}
