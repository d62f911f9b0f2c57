/// The order in which an epoch visits samples, the same on every rank and for any number of ranks.
///
/// Samples in memory are sorted by a hash of (seed, epoch, sample). So an order does not depend on the epochs
/// before it, and two selections that differ in one sample are visited in the same order but for that one: where
/// rounding moves a sample into or out of a subset, all others keep their batches. Samples that are read from files are
/// shuffled within ``EpochWindows``.
///
/// Unchecked: a pass may read the order on any thread, and no order is shuffled while a pass reads it.
package final class EpochOrder: @unchecked Sendable {
    /// Places in the selection, `[count]`, in the order of the epoch.
    package let positions: UnsafeMutablePointer<Int32>
    /// Number of samples.
    package var count: Int { selection.count }
    /// So many consecutive places hold samples of few pieces of the files; nil for samples in memory.
    var windowPlaces: Int? { windows?.places }
    let selection: SampleSelection
    private let windows: EpochWindows?
    private var keys: [UInt64] = []

    /// An order over a selection of samples.
    ///
    /// - Parameter windows: for samples that are read from files.
    package init(_ selection: SampleSelection, windows: EpochWindows? = nil) {
        self.selection = selection
        self.windows = windows
        positions = .allocate(capacity: max(1, selection.count))
    }

    deinit { positions.deallocate() }

    /// Sorts anew.
    package func shuffle(seed: UInt64, epoch: Int) {
        let epochKey = mix(seed &+ mix(UInt64(epoch)))
        guard let windows else { return sort(0..<count, places: 0..<count, epochKey) }
        var next = windows.positions(shuffledBy: { self.mix(epochKey ^ ~UInt64($0)) }).makeIterator()
        windows.forEach { places in
            let taken = places.map { _ in next.next()! }
            sort(taken, places: places, epochKey)
        }
    }

    /// Puts some positions of the selection to as many places of the order, by chance.
    private func sort(_ taken: some Collection<Int>, places: some Collection<Int>, _ epochKey: UInt64) {
        keys.removeAll(keepingCapacity: true)
        for position in taken {
            // The position in the low bits decides between equal hashes, and is what is sorted for.
            keys.append(mix(epochKey ^ UInt64(selection[position])) & ~0xFFFF_FFFF | UInt64(position))
        }
        keys.sort()
        for (place, key) in zip(places, keys) {
            positions[place] = Int32(truncatingIfNeeded: key & 0xFFFF_FFFF)
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
