import Kernels

/// The clusters that are not merged yet.
///
/// Each has a slot with its centroid, in double precision, from which costs are computed exactly, and once more in single
/// precision, centred and in tiles `[dimensions, tileColumns]`, so that the distances of many clusters to a tile are one
/// matrix product. What these products say is within a known distance of the truth, and only what might be nearest is
/// computed again: the result is as exact as if everything had been computed in double precision.
final class Clusters {
    /// Slots of a tile.
    static var tileColumns: Int { 256 }

    let dimensions: Int
    /// Slots, of which some are empty since their cluster has been merged.
    private(set) var slots: Int
    /// Clusters.
    private(set) var count: Int
    /// What a slot's cluster is called: a point's number, or the number of points plus that of the merge that made
    /// it; -1 for an empty slot.
    private(set) var identifiers: [Int]
    /// Points of each cluster; 1 in empty slots.
    private(set) var sizes: [Double]
    /// Squared length of each centred and scaled centroid; infinite in empty slots.
    private(set) var norms: [Double]
    /// `[slots, dimensions]`.
    private let centroids: Storage<Double>
    /// `[slots / tileColumns, dimensions, tileColumns]`.
    private let tiles: Storage<Float>
    /// What is subtracted from centroids for the tiles, `[dimensions]`, and the power of two that they are then multiplied
    /// by, so that no product leaves the range of single precision.
    private let centre: [Double]
    private let scale: Double
    /// `[dimensions]`.
    private let difference: Storage<Double>

    /// The points, each a cluster of its own; takes over their memory.
    init(_ points: Points) {
        (slots, count, dimensions) = (points.count, points.count, points.dimensions)
        identifiers = Array(0..<points.count)
        sizes = Array(repeating: 1, count: points.count)
        norms = Array(repeating: 0, count: points.count)
        centroids = points.values
        let tileCount = (points.count + Self.tileColumns - 1) / Self.tileColumns
        tiles = Storage(count: tileCount * Self.tileColumns * dimensions)
        difference = Storage(count: dimensions)
        Self.shift(centroids.pointer, count: points.count, dimensions: dimensions)
        var centre = [Double](repeating: 0, count: dimensions)
        for slot in 0..<slots {
            let row = centroids.pointer + slot * dimensions
            for index in 0..<dimensions { centre[index] += row[index] }
        }
        centre = centre.map { $0 / Double(points.count) }
        var largest = 0.0
        for slot in 0..<slots {
            let row = centroids.pointer + slot * dimensions
            for index in 0..<dimensions { largest = max(largest, abs(row[index] - centre[index])) }
        }
        self.centre = centre
        scale = largest > 0 ? Double(sign: .plus, exponent: -Int(largest.exponent), significand: 1) : 1
        fillTiles()
    }

    /// Moves the points to where most of them are near the origin, so that means of them keep the digits in which they
    /// differ. What is subtracted is a coordinate of one of them, a median of some: so differences of whole numbers, and of
    /// numbers far from the origin, stay as they are.
    private static func shift(_ values: UnsafeMutablePointer<Double>, count: Int, dimensions: Int) {
        let step = max(1, count / 255)
        for index in 0..<dimensions {
            let some = stride(from: 0, to: count, by: step).map { values[$0 * dimensions + index] }.sorted()
            let origin = some[some.count / 2]
            for row in 0..<count { values[row * dimensions + index] -= origin }
        }
    }

    /// The increase of the sum of squares by a merge of two clusters: half of the height's square.
    func cost(_ slot: Int, _ other: Int) -> Double {
        Double.addScaled(
            centroids.pointer + slot * dimensions, centroids.pointer + other * dimensions, factor: -1,
            into: difference.pointer, count: dimensions)
        let squared = Double.dot(difference.pointer, difference.pointer, count: dimensions)
        return sizes[slot] * sizes[other] / (sizes[slot] + sizes[other]) * squared
    }

    /// What costs computed from tiles are divided by to be those of the points.
    var squaredScale: Double { scale * scale }

    /// The largest share of the two norms by which a squared distance from a tile may be wrong. A sum of n products in
    /// single precision is off by at most n units of rounding times the lengths of the two vectors, and both are rounded
    /// before.
    var slack: Double { 1.5 * Double(dimensions + 8) * 0x1p-24 }
    /// And what may be lost below the range of single precision.
    var leastError: Double { Double(dimensions) * 0x1p-120 }

    /// `products[row, column]`: of the centred centroids of some slots with those of a tile.
    ///
    /// - Parameter rows: room for `[queries, dimensions]`, filled by ``load(_:into:)``.
    func multiply(
        _ rows: UnsafePointer<Float>, count: Int, tile: Int, into products: UnsafeMutablePointer<Float>
    ) {
        Float.multiplyColumns(
            weights: rows, outputStep: dimensions, inputStep: 1, bias: nil,
            x: tiles.pointer + tile * Self.tileColumns * dimensions, inputs: dimensions, outputs: count,
            stride: Self.tileColumns, adds: false, into: products)
    }

    /// Writes the centred centroids of some slots, `[slots, dimensions]`.
    func load(_ slots: some Sequence<Int>, into rows: UnsafeMutablePointer<Float>) {
        for (place, slot) in slots.enumerated() {
            let (row, centroid) = (rows + place * dimensions, centroids.pointer + slot * dimensions)
            for index in 0..<dimensions { row[index] = Float((centroid[index] - centre[index]) * scale) }
        }
    }

    /// Merges the cluster of the second slot into that of the first.
    ///
    /// - Parameter identifier: the name of the new cluster.
    func merge(_ slot: Int, _ other: Int, as identifier: Int) {
        let (mine, theirs) = (
            centroids.pointer + slot * dimensions, centroids.pointer + other * dimensions
        )
        let share = sizes[other] / (sizes[slot] + sizes[other])
        // In this form centroids that are equal stay as they are.
        for index in 0..<dimensions { mine[index] += (theirs[index] - mine[index]) * share }
        sizes[slot] += sizes[other]
        identifiers[slot] = identifier
        (identifiers[other], sizes[other], norms[other]) = (-1, 1, .infinity)
        count -= 1
        fillTile(slot: slot)
    }

    /// Whether so many slots are empty that it pays to close the gaps.
    var isSparse: Bool { 4 * count <= 3 * slots }

    /// Closes the gaps.
    ///
    /// - Returns: the new slot of each; -1 for what was empty.
    func compact() -> [Int] {
        var places = [Int](repeating: -1, count: slots)
        var next = 0
        for slot in 0..<slots where identifiers[slot] >= 0 {
            places[slot] = next
            if next != slot {
                (centroids.pointer + next * dimensions).update(
                    from: centroids.pointer + slot * dimensions, count: dimensions)
                (identifiers[next], sizes[next]) = (identifiers[slot], sizes[slot])
            }
            next += 1
        }
        slots = next
        identifiers.removeLast(identifiers.count - slots)
        sizes.removeLast(sizes.count - slots)
        norms.removeLast(norms.count - slots)
        fillTiles()
        return places
    }

    /// Tiles of the slots.
    var tileCount: Int { (slots + Self.tileColumns - 1) / Self.tileColumns }

    private func fillTiles() {
        let rows = Storage<Float>(count: Self.tileColumns * dimensions)
        let places = Array(0..<Int32(Self.tileColumns))
        for tile in 0..<tileCount {
            let range = tile * Self.tileColumns..<min((tile + 1) * Self.tileColumns, slots)
            load(range, into: rows.pointer)
            Float.gather(
                values: rows.pointer, features: dimensions, indices: places, columns: range.count,
                stride: Self.tileColumns, scale: 1,
                into: tiles.pointer + tile * Self.tileColumns * dimensions)
            for slot in range { norms[slot] = norm(slot) }
        }
    }

    private func fillTile(slot: Int) {
        let column =
            tiles.pointer + slot / Self.tileColumns * Self.tileColumns * dimensions + slot % Self.tileColumns
        let centroid = centroids.pointer + slot * dimensions
        for index in 0..<dimensions {
            column[index * Self.tileColumns] = Float((centroid[index] - centre[index]) * scale)
        }
        norms[slot] = norm(slot)
    }

    private func norm(_ slot: Int) -> Double {
        let centroid = centroids.pointer + slot * dimensions
        return (0..<dimensions).reduce(0) { sum, index in
            let value = (centroid[index] - centre[index]) * scale
            return sum + value * value
        }
    }
}
