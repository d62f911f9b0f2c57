import Batches
import Collectives
import Kernels

/// The cluster that another would best merge with.
struct Neighbour {
    /// Its slot.
    var slot: Int
    /// What the merge costs.
    var cost: Double
}

/// Finds nearest neighbours among clusters, divided over the ranks.
///
/// Of equal costs the pair with the older clusters wins: its younger cluster is older, or its older one. So every search
/// sees the pairs in one order, a neighbour that was found stays the nearest while both live, and what is found depends
/// on nothing but the points.
struct NeighbourSearch {
    /// Searches that are made together.
    private static var block: Int { 256 }

    private let clusters: Clusters
    private let communicator: any Communicator
    /// `[block, dimensions]`.
    private let rows: Storage<Float>
    /// `[block, tileColumns]`.
    private let products: Storage<Float>

    init(_ clusters: Clusters, communicator: any Communicator) {
        self.clusters = clusters
        self.communicator = communicator
        rows = Storage(count: Self.block * clusters.dimensions)
        products = Storage(count: Self.block * Clusters.tileColumns)
    }

    /// The nearest neighbours of some slots' clusters; collective.
    ///
    /// - Parameter candidates: for each a slot that may be near, or -1.
    func nearest(of queries: [Int], candidates: [Int]) throws -> [Neighbour] {
        let share = RankShare(communicator).range(of: queries.count)
        var found: [Neighbour] = []
        for start in stride(from: share.lowerBound, to: share.upperBound, by: Self.block) {
            let range = start..<min(start + Self.block, share.upperBound)
            found += search(queries[range], candidates[range])
        }
        guard communicator.size > 1 else { return found }
        let slots = try communicator.allGather(found.map { Int32($0.slot) }, purpose: "nearest clusters")
        let costs = try communicator.allGather(found.map(\.cost), purpose: "nearest clusters")
        return zip(slots.joined(), costs.joined()).map { Neighbour(slot: Int($0), cost: $1) }
    }

    private func search(_ queries: ArraySlice<Int>, _ candidates: ArraySlice<Int>) -> [Neighbour] {
        clusters.load(queries, into: rows.pointer)
        var best = zip(queries, candidates).map { query, candidate in
            candidate < 0
                ? Neighbour(slot: -1, cost: .infinity)
                : Neighbour(slot: candidate, cost: clusters.cost(query, candidate))
        }
        for tile in 0..<clusters.tileCount {
            clusters.multiply(
                rows.pointer, count: queries.count, tile: tile, into: products.pointer)
            for (row, query) in queries.enumerated() {
                look(
                    products.pointer + row * Clusters.tileColumns, tile: tile, query: query,
                    best: &best[row])
            }
        }
        return best
    }

    /// Looks through a tile for what is nearer than the nearest so far.
    private func look(_ products: UnsafePointer<Float>, tile: Int, query: Int, best: inout Neighbour) {
        let first = tile * Clusters.tileColumns
        let columns = min(Clusters.tileColumns, clusters.slots - first)
        let (size, norm) = (clusters.sizes[query], clusters.norms[query])
        let (share, least) = (1 - clusters.slack, clusters.leastError)
        let scale = clusters.squaredScale
        clusters.sizes.withUnsafeBufferPointer { sizes in
            clusters.norms.withUnsafeBufferPointer { norms in
                var limit = best.cost * scale
                for column in 0..<columns {
                    let slot = first + column
                    // No less than this is the squared distance.
                    let bound = share * (norm + norms[slot]) - 2 * Double(products[column]) - least
                    guard bound * size * sizes[slot] <= limit * (size + sizes[slot]) else { continue }
                    guard slot != query, clusters.identifiers[slot] >= 0 else { continue }
                    let cost = clusters.cost(query, slot)
                    if cost < best.cost || cost == best.cost && isOlder(query, slot, than: best.slot) {
                        best = Neighbour(slot: slot, cost: cost)
                        limit = cost * scale
                    }
                }
            }
        }
    }

    private func isOlder(_ query: Int, _ slot: Int, than other: Int) -> Bool {
        guard other >= 0 else { return true }
        let names = clusters.identifiers
        let pair = (max(names[query], names[slot]), min(names[query], names[slot]))
        return pair < (max(names[query], names[other]), min(names[query], names[other]))
    }
}
