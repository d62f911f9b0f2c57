import TestSupport

/// Numbers in (-1, 1) of many magnitudes, another for each rank and index, so that the order of a sum shows in its
/// last bits.
func number(rank: Int, index: Int) -> Double {
    number(index, key: rank) * (index % 3 == 0 ? 1 : 0.5e-3)
}
