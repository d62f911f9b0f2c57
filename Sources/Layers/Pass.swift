import Kernels

/// The shape of the batch that a pass runs over.
///
/// A sum over samples is kept as four partial sums, the *strands*: slice `i` of the batch goes to strand `i % 4`, and
/// the strands are added pairwise, as the sums of the ranks are after them. Where a full batch is four slices and every
/// rank holds whole ones, one to four ranks get the same result to the last bit. Selected samples of a batch are one
/// slice, whatever their number: there, results on different numbers of ranks differ by rounding.
public struct BatchShape: Sendable, Equatable {
    /// Samples on this rank.
    public var columns: Int
    /// Samples of the batch on all ranks; statistics and means are over these.
    public var globalColumns: Int
    /// Place of this rank's first sample in the global batch, in which ranks hold consecutive parts.
    public var firstColumn: Int
    /// Samples of a slice, a multiple of `columnAlignment`; the last slice may be shorter.
    public var sliceColumns: Int
    /// ``columns`` rounded up for the kernels.
    public var stride: Int { paddedStride(columns) }

    /// A batch of which this rank holds `columns` samples from place `firstColumn` on; one slice, unless told otherwise.
    public init(columns: Int, globalColumns: Int, firstColumn: Int = 0, sliceColumns: Int? = nil) {
        self.columns = columns
        self.globalColumns = globalColumns
        self.firstColumn = firstColumn
        self.sliceColumns = sliceColumns ?? paddedStride(columns)
    }
}

/// What a forward pass is for.
public enum Mode: Sendable {
    /// Batch statistics, running statistics updated, gradients to follow.
    case training
    /// Running statistics, nothing changes.
    case evaluation
}

/// What every layer of a model shares during one pass: the batch's shape, the mode, and the exchange of
/// batch-norm moments.
///
/// One object per model, created with it; the trainer sets ``batch`` and ``mode`` before each pass. Networks that
/// run on some samples of the batch alone have a partial pass of their own, which shares all but the shape; how many
/// samples take part on other ranks, no rank needs to know.
public final class Pass<R: Real> {
    /// Shape of the current batch.
    public var batch = BatchShape(columns: 0, globalColumns: 0) {
        didSet {
            precondition(
                batch.stride <= capacity, "a batch of \(batch.columns) columns, there is room for \(capacity)"
            )
        }
    }
    /// Purpose of the current pass.
    public var mode: Mode {
        get { shared.mode }
        set { shared.mode = newValue }
    }
    /// Whether this pass is one on some samples of a batch.
    public let isPartial: Bool
    /// What the passes of one model have in common.
    private let shared: Shared

    private final class Shared {
        var mode = Mode.evaluation
        let capacity: Int
        let exchange: MomentExchange
        let products: ProductKernels
        var scratch = Storage<R>(count: 0)
        /// The transient values of all networks that are built outside a pool.
        let common = BufferPool<R>()
        /// The pool of the network that is being built.
        var pool: BufferPool<R>?
        var valuesPerColumn = 0

        init(capacity: Int, exchange: MomentExchange, products: ProductKernels) {
            self.capacity = capacity
            self.exchange = exchange
            self.products = products
        }
    }

    /// - Parameters:
    ///   - columns: the most samples that this rank will hold in one batch.
    ///   - reducer: sums moments over the ranks.
    ///   - products: what computes the products of wide layers; mixed ones of `Float` alone.
    public init(columns: Int, reducer: any MomentReducer, products: ProductKernels = .own) {
        shared = Shared(
            capacity: paddedStride(columns), exchange: MomentExchange(reducer: reducer), products: products)
        isPartial = false
    }

    /// A pass on some samples of the batches of `whole`, which are given it by ``select(columns:)``.
    public init(partOf whole: Pass<R>) {
        shared = whole.shared
        isPartial = true
    }

    /// Sets the batch to `columns` samples of the whole batch, in one slice.
    public func select(columns: Int) {
        precondition(isPartial, "a whole batch is not selected from")
        batch = BatchShape(columns: columns, globalColumns: columns)
    }

    /// Whether no sample of this rank takes part: layers do nothing.
    package var isSkipped: Bool { isPartial && batch.columns == 0 }

    /// Whether batch-norms take the statistics of the batch, and exchange moments.
    var takesBatchStatistics: Bool { mode == .training && !isPartial }

    /// Largest stride that activations have memory for.
    public var capacity: Int { shared.capacity }
    /// What computes the products of wide layers.
    var products: ProductKernels { shared.products }
    /// Sums batch-norm moments over the ranks.
    public var exchange: MomentExchange { shared.exchange }
    /// Values that the model's activations and their gradients hold for each column.
    public var valuesPerColumn: Int { shared.valuesPerColumn }

    /// Where the values of transient activations lie.
    var transientValues: SharedBuffer<R> { (shared.pool ?? shared.common).transientValues(self) }

    /// Builds a network whose activations lie in the buffers of a pool, where those of others lie that were built so.
    public func sharing<Built>(_ pool: BufferPool<R>, _ build: () -> Built) -> Built {
        pool.restart()
        shared.pool = pool
        defer { shared.pool = nil }
        return build()
    }

    /// Where the values of a new activation lie, or its gradients.
    func newBuffer() -> SharedBuffer<R> { shared.pool?.next(self) ?? SharedBuffer(pass: self) }

    /// At least `count` values of working memory, which the next layer overwrites. The first passes of a model find the
    /// size.
    package func scratch(_ count: Int) -> UnsafeMutablePointer<R> {
        if shared.scratch.count < count { shared.scratch = Storage(count: count) }
        return shared.scratch.pointer
    }

    /// Adds to ``valuesPerColumn``.
    func count(values: Int) {
        shared.valuesPerColumn += values
    }
}

/// Sums buffers of doubles over all ranks, in place, several at once: a *lane* holds one sum that is in flight.
public protocol MomentReducer: Sendable {
    /// How many sums may be in flight at once.
    var lanes: Int { get }
    /// Begins to replace each of `count` values by its sum over the ranks. Until ``finish(moments:count:lane:)`` has
    /// returned they must neither move nor change.
    func start(moments: UnsafeMutablePointer<Double>, count: Int, lane: Int) throws
    /// Completes what was started last in the lane, with the same values.
    func finish(moments: UnsafeMutablePointer<Double>, count: Int, lane: Int) throws
}

/// The moments of one rank are those of all.
public struct SingleRankReducer: MomentReducer {
    /// The reducer of a model that runs on one rank.
    public init() {}
    /// There is nothing to wait for.
    public var lanes: Int { 1 }
    /// Leaves the moments as they are.
    public func start(moments: UnsafeMutablePointer<Double>, count: Int, lane: Int) {}
    /// Leaves the moments as they are.
    public func finish(moments: UnsafeMutablePointer<Double>, count: Int, lane: Int) {}
}
