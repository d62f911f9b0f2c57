extension TapTable {
    /// Pixels of one side in groups that share a list of kernel positions: the inside of a map, its edges, its
    /// corners.
    struct PixelGroups: Sendable {
        /// Pixels of group `g` are `pixels[start[g] ..< start[g + 1]]`.
        let start: [Int32]
        /// Pixels, group after group.
        let pixels: [Int32]

        /// How many groups there are.
        var count: Int { start.count - 1 }

        init(start tapStart: [Int32], position: [Int32]) {
            var groups: [[Int32]: [Int32]] = [:]
            for pixel in 0..<tapStart.count - 1 {
                let positions = position[Int(tapStart[pixel])..<Int(tapStart[pixel + 1])]
                groups[Array(positions), default: []].append(Int32(pixel))
            }
            // In the order of their first pixels, so that sums are added in the same order on every run.
            let sorted = groups.values.sorted { $0[0] < $1[0] }
            var start = [Int32(0)]
            for group in sorted { start.append(start.last! + Int32(group.count)) }
            self.start = start
            pixels = sorted.flatMap { $0 }
        }
    }
}
