import CKernels

/// Random numbers that depend on nothing but the seed, the epoch, the sample and its view, so that a picture is changed
/// alike on any rank and after any interruption.
///
/// Philox 4x32-10 (Salmon et al. 2011) of the counters `(sample, block of four draws | view << 8, epoch, stream)`; at most
/// 1024 draws.
public struct UniformDraws: Sendable {
    private let key: UInt64
    private let sample: UInt32
    private let view: UInt32
    private let epoch: UInt32
    private let stream: UInt32
    private var words: [4 of UInt32] = [0, 0, 0, 0]
    private var drawn: UInt32 = 0

    /// The numbers from the first one on.
    ///
    /// - Parameters:
    ///   - key: the run's seed.
    ///   - view: 0, or 1 for the second view of a sample.
    ///   - epoch: number of the epoch over all phases.
    ///   - stream: what the numbers are for.
    public init(key: UInt64, sample: Int32, view: Int, epoch: UInt32, stream: UInt32) {
        self.key = key
        self.sample = UInt32(bitPattern: sample)
        self.view = UInt32(view)
        self.epoch = epoch
        self.stream = stream
    }

    /// The next number, uniform in (0, 1).
    public mutating func next() -> Double {
        if drawn % 4 == 0 {
            let counter = [sample, drawn / 4 | view << 8, epoch, stream]
            let key = [UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32)]
            var words = words.mutableSpan
            words.withUnsafeMutableBufferPointer { kernels_philox(counter, key, $0.baseAddress) }
        }
        defer { drawn += 1 }
        return (Double(words[Int(drawn % 4)]) + 0.5) * 0x1p-32
    }

    /// The next number, uniform in (low, high).
    public mutating func next(from low: Double, to high: Double) -> Double {
        low + (high - low) * next()
    }
}
