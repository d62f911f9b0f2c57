/// The order in which an epoch visits samples, the same on every rank.
///
/// Samples are sorted by a hash of (seed, epoch, sample). So an order does not depend on the epochs before it,
/// and two selections that differ in one sample are visited in the same order but for that one: where
/// rounding moves a sample into or out of a subset, all others keep their batches.
final class EpochOrder {
    /// Places in the selection, `[count]`, in the order of the epoch.
    let positions: UnsafeMutablePointer<Int32>
    /// Identities of the samples, `[count]`, in the same order.
    let samples: UnsafeMutablePointer<Int32>
    /// Number of samples.
    let count: Int
    private let selection: [Int32]
    private var keys: [UInt64]

    /// An order over a selection of samples.
    init(_ selection: [Int32]) {
        self.selection = selection
        count = selection.count
        keys = Array(repeating: 0, count: count)
        positions = .allocate(capacity: max(1, count))
        samples = .allocate(capacity: max(1, count))
    }

    deinit {
        positions.deallocate()
        samples.deallocate()
    }

    /// Sorts anew.
    func shuffle(seed: UInt64, epoch: Int) {
        let epochKey = mix(seed &+ mix(UInt64(epoch)))
        for (position, sample) in selection.enumerated() {
            // The position in the low bits decides between equal hashes, and is what is sorted for.
            keys[position] = mix(epochKey ^ UInt64(sample)) & ~0xFFFF_FFFF | UInt64(position)
        }
        keys.sort()
        for (place, key) in keys.enumerated() {
            let position = Int(truncatingIfNeeded: key & 0xFFFF_FFFF)
            positions[place] = Int32(position)
            samples[place] = selection[position]
        }
    }

    /// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection that scatters every bit.
    private func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
