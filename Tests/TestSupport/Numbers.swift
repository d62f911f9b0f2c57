/// A fixed number in [-1, 1) for each index and key, without those before it.
public func number(_ index: Int, key: Int = 0) -> Double {
    var word = UInt64(truncatingIfNeeded: key &+ 1) &* 0x9E37_79B9_7F4A_7C15
    word &+= UInt64(truncatingIfNeeded: index) &* 0xD1B5_4A32_D192_ED03
    return Double(SplitMix64.mixed(word) >> 11) / Double(1 << 52) - 1
}

/// The largest difference of two arrays relative to the largest value in them; infinite where one has a NaN
/// or they differ in length.
public func relativeDifference(_ a: [Double], _ b: [Double]) -> Double {
    guard a.count == b.count, !(a + b).contains(where: \.isNaN) else { return .infinity }
    let scale = (a + b).reduce(0) { max($0, abs($1)) }
    guard scale > 0 else { return 0 }
    return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
}
