/// Random numbers for one image: SplitMix64 from a state that seed, split and sample determine.
struct StrokeGenerator {
    private var state: UInt64

    init(seed: UInt64, split: Split, index: Int) {
        state = Self.mix(seed) ^ Self.mix(UInt64(index) << 1 | (split == .test ? 1 : 0))
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var bits = value &+ 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
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
