import Kernels
import Layers

/// Where the activations of the leaves' decoders lie: decoders that run side by side have a pool of buffers each, those
/// that run one after another share one.
final class DecoderPools<R: Real> {
    /// Decoders that run side by side: as many as together hold the activations of 128 samples, which fit the
    /// second-level cache, and at least one for each lane of the exchange. More would cost more in memory traffic than
    /// fewer exchanges save.
    let sideBySide: Int
    private let pools: [BufferPool<R>]
    private var turn = 0

    /// - Parameters:
    ///   - columns: the most samples that this rank will hold in one batch.
    ///   - lanes: of the exchange of batch-norm moments.
    init(columns: Int, lanes: Int) {
        sideBySide = max(lanes, 128 / columns)
        pools = (0..<sideBySide).map { _ in BufferPool() }
    }

    /// The pool of the next decoder.
    func next() -> BufferPool<R> {
        defer { turn += 1 }
        return pools[turn % sideBySide]
    }
}
