/// Random numbers for one image: SplitMix64 from a state that seed, split and sample determine.
struct StrokeGenerator {
    private var state: UInt64

    init(seed: UInt64, split: Split, index: Int) {
        state = SplitMix64.mix(seed) ^ SplitMix64.mix(UInt64(index) << 1 | (split == .test ? 1 : 0))
    }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return SplitMix64.mix(state)
    }

    /// A number in [0, 1).
    mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

    /// A number in [low, high).
    mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

    /// A number around zero, bell-shaped within ±`reach`: the mean of three uniform ones.
    mutating func bell(_ reach: Double) -> Double { reach * ((unit() + unit() + unit()) * (2.0 / 3) - 1) }

    /// An integer in 0 ..< `limit`.
    mutating func integer(below limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
