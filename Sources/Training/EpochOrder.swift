import Kernels

/// The order in which an epoch visits samples: a shuffle keyed by seed and epoch, the same on every rank.
final class EpochOrder {
    /// Identities of the samples, `[count]`, shuffled in place.
    let samples: UnsafeMutablePointer<Int32>
    let count: Int
    private let source: [Int32]

    /// An order over `samples`.
    init(_ samples: [Int32]) {
        source = samples
        count = samples.count
        self.samples = .allocate(capacity: max(1, samples.count))
        self.samples.update(from: source, count: count)
    }

    deinit {
        samples.deallocate()
    }

    /// Shuffles anew (Fisher–Yates from the sorted order, so that an epoch's order does not depend on the
    /// epochs before it).
    func shuffle(seed: UInt64, epoch: Int) {
        samples.update(from: source, count: count)
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(epoch) &* 0xD1B5_4A32_D192_ED03
        for last in stride(from: count - 1, to: 0, by: -1) {
            // The high word of a product: uniform up to one part in 2³² / count, without a division.
            let pick = Int(((splitMix(&state) >> 32) &* UInt64(last + 1)) >> 32)
            (samples[last], samples[pick]) = (samples[pick], samples[last])
        }
    }

    /// SplitMix64 (Steele, Lea, Flood 2014): one 64-bit number a call.
    private func splitMix(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
