/// Copies of a file that are damaged in ways that a seed decides: each has flipped bits, an end that is missing,
/// or the beginning of another.
public enum Damage {
    /// Fifty damaged copies of `file`, never the file itself.
    /// - Parameter header: How many bytes at the beginning are its header, of which some copies have others.
    public static func copies(of file: [UInt8], header: Int = 64) -> [[UInt8]] {
        var generator = SplitMix64(20_231)
        func next(_ bound: Int) -> Int { .random(in: 0..<bound, using: &generator) }
        return (0..<50).map { kind in
            var copy = file
            switch kind % 3 {
            case 0:
                for _ in 0...kind / 10 { copy[next(copy.count)] ^= 1 << UInt8(next(8)) }
            case 1:
                copy.removeLast(1 + next(copy.count))
            default:
                let length = min(header, copy.count)
                for _ in 0..<1 + next(8) { copy[next(length)] = UInt8(next(256)) }
            }
            if copy == file { copy[0] ^= 255 }
            return copy
        }
    }
}
