import Collectives

/// Ward's agglomerative clustering (Ward 1963): of all pairs of clusters those two merge whose merge adds least to the sum
/// of squared distances of points to their cluster's mean.
///
/// The algorithm is that of nearest-neighbour chains (Murtagh 1983) with all chains at once: in each round all pairs that
/// are each other's nearest neighbour merge. For Ward's cost that gives the clustering that merges the cheapest pair
/// first, since a merge brings no third cluster nearer than the nearer of the two was. A cluster keeps its nearest
/// neighbour until one of both is merged. Distances come from centroids and sizes, so memory is that of the points; in
/// the form of Lance and Williams the costs are the same.
///
/// Ranks share the searches; each holds all points. The result does not depend on their number.
public enum WardClustering {
    /// Clusters points; collective. Their memory is used up.
    ///
    /// - Parameter progress: told how many merges of how many are done.
    public static func cluster(
        _ points: consuming Points, communicator: any Communicator,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> Dendrogram {
        let leaves = points.count
        let clusters = Clusters(points)
        let search = NeighbourSearch(clusters, communicator: communicator)
        var neighbours = [Neighbour?](repeating: nil, count: leaves)
        // Where the nearest neighbour went that a cluster has lost.
        var candidates = [Int](repeating: -1, count: leaves)
        var merges: [Dendrogram.Merge] = []
        merges.reserveCapacity(leaves)
        while clusters.count > 1 {
            let queries = (0..<clusters.slots).filter {
                clusters.identifiers[$0] >= 0 && neighbours[$0] == nil
            }
            let found = try search.nearest(of: queries, candidates: queries.map { candidates[$0] })
            for (query, neighbour) in zip(queries, found) { neighbours[query] = neighbour }

            let pairs = mutualPairs(clusters, neighbours)
            if pairs.isEmpty {
                // Rounding has brought a cluster nearer by a last digit: look again at all.
                for slot in neighbours.indices { (neighbours[slot], candidates[slot]) = (nil, -1) }
                continue
            }
            var mergedInto: [Int: Int] = [:]
            for pair in pairs {
                merges.append(
                    Dendrogram.Merge(
                        first: clusters.identifiers[pair.slot], second: clusters.identifiers[pair.other],
                        height: (2 * pair.cost).squareRoot(),
                        size: Int(clusters.sizes[pair.slot] + clusters.sizes[pair.other])))
                clusters.merge(pair.slot, pair.other, as: leaves + merges.count - 1)
                (mergedInto[pair.slot], mergedInto[pair.other]) = (pair.slot, pair.slot)
                (neighbours[pair.slot], neighbours[pair.other]) = (nil, nil)
                candidates[pair.slot] = -1
            }
            for slot in 0..<clusters.slots {
                guard let neighbour = neighbours[slot], let place = mergedInto[neighbour.slot] else {
                    continue
                }
                (neighbours[slot], candidates[slot]) = (nil, place)
            }
            progress(merges.count, leaves - 1)
            if clusters.isSparse { compact(clusters, &neighbours, &candidates) }
        }
        return Dendrogram(leafCount: leaves, unordered: merges)
    }

    /// Slots that are each other's nearest neighbours, cheapest merge first.
    private static func mutualPairs(_ clusters: Clusters, _ neighbours: [Neighbour?]) -> [(
        slot: Int, other: Int, cost: Double
    )] {
        var pairs: [(slot: Int, other: Int, cost: Double)] = []
        for slot in 0..<clusters.slots {
            guard let neighbour = neighbours[slot], slot < neighbour.slot,
                neighbours[neighbour.slot]?.slot == slot
            else { continue }
            pairs.append((slot, neighbour.slot, neighbour.cost))
        }
        return pairs.sorted { ($0.cost, $0.slot) < ($1.cost, $1.slot) }
    }

    private static func compact(
        _ clusters: Clusters, _ neighbours: inout [Neighbour?], _ candidates: inout [Int]
    ) {
        let places = clusters.compact()
        var (moved, found) = (
            [Neighbour?](repeating: nil, count: clusters.slots), [Int](repeating: -1, count: clusters.slots)
        )
        for (slot, place) in places.enumerated() where place >= 0 {
            moved[place] = neighbours[slot].map { Neighbour(slot: places[$0.slot], cost: $0.cost) }
            if candidates[slot] >= 0 { found[place] = places[candidates[slot]] }
        }
        (neighbours, candidates) = (moved, found)
    }
}
