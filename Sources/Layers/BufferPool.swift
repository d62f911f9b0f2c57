import Kernels

/// The buffers of networks that run one after another and leave nothing behind: the activations of each lie where those
/// of the last one lay, and find this memory in the cache.
public final class BufferPool<R: Real> {
    private var buffers: [SharedBuffer<R>] = []
    private var taken = 0
    private var transient: SharedBuffer<R>?

    /// An empty pool: the first network makes its buffers.
    public init() {}

    /// Begins with the next network.
    func restart() { taken = 0 }

    /// Where the transient values of all networks lie (``BatchNorm/OutputUse/transient(gradients:)``).
    func transientValues(_ pass: Pass<R>) -> SharedBuffer<R> {
        if let transient { return transient }
        let buffer = SharedBuffer(pass: pass)
        transient = buffer
        return buffer
    }

    /// The buffer that each network's next activation shares.
    func next(_ pass: Pass<R>) -> SharedBuffer<R> {
        if taken == buffers.count { buffers.append(SharedBuffer(pass: pass)) }
        defer { taken += 1 }
        return buffers[taken]
    }
}
