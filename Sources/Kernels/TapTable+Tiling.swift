extension TapTable {
    /// How the kernels for many channels go through a map: tile by tile of neighbouring output pixels, with the input
    /// pixels that a tile reaches in a ring.
    struct Tiling: Sendable {
        /// Output pixels of a tile: whole rows of the map.
        let tile: Int
        /// Input pixels in the ring, a power of two.
        let ring: Int

        /// The most pixels that the kernels take in a tile.
        static let largestTile = 64
        /// Pixels that a tile is to have if rows are short.
        private static let wantedTile = 32

        init(_ taps: Taps, width: Int) {
            let pixels = taps.start.count - 1
            tile = width * max(1, min(Self.wantedTile / width, pixels / width))
            // Input pixels are copied in order, up to the last that a tile reaches; none that it reads may be gone.
            var (reached, span) = (0, 1)
            for first in stride(from: 0, to: pixels, by: tile) {
                let last = min(first + tile, pixels)
                let inputs = taps.other[Int(taps.start[first])..<Int(taps.start[last])]
                reached = max(reached, Int(inputs.max() ?? 0) + 1)
                span = max(span, reached - Int(inputs.min() ?? 0))
            }
            var ring = 1
            while ring < span { ring *= 2 }
            self.ring = ring
        }
    }

    /// Whether the kernels for many channels take a convolution: from 32 channels on, by sixteens.
    public func isWide(inputChannels: Int, outputChannels: Int) -> Bool {
        min(inputChannels, outputChannels) >= 32 && inputChannels % 16 == 0 && outputChannels % 16 == 0
            && tiling.tile <= Tiling.largestTile && positions <= 25
    }

    /// Values that the kernels for many channels write besides their results.
    public func wideScratch(inputChannels: Int, outputChannels: Int) -> Int {
        // Blocked weights, or four sums of their gradients; pixels of the ring and of a tile, 32 columns each.
        4 * positions * inputChannels * outputChannels + 32
            * (tiling.ring * inputChannels + tiling.tile * outputChannels)
    }
}
