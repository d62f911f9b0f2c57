/// Numbers in (-1, 1) of many magnitudes, another for each rank and index, so that the order of a sum shows in its
/// last bits.
func number(rank: Int, index: Int) -> Double {
    var word = UInt64(rank + 1) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(index) &* 0xD1B5_4A32_D192_ED03
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    word ^= word >> 31
    let fraction = Double(word >> 11) / Double(1 << 53)
    return (fraction - 0.5) * (index % 3 == 0 ? 2 : 1e-3)
}

/// FNV-1a over the bytes of an array.
func digest<T: BitwiseCopyable>(_ values: [T]) -> UInt64 {
    values.withUnsafeBytes { bytes in
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
