import Kernels

/// The shape of the batch that a pass runs over.
///
/// What is summed over samples is summed by strands: slice `i` belongs to strand `i % 4`, and the sums of the strands
/// are added pairwise, like those of the ranks after them. Where a full batch is four slices and every rank holds whole
/// ones, the result is the same to the last bit on one to four ranks. Selected samples of a batch are one slice,
/// whatever their number: there, ranks make a difference by rounding.
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
/// run on some samples of the batch alone have a pass of their own, which shares all but the shape.
/// How many samples take part on other ranks is known to nobody, and need not be.
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
        var scratch = Storage<R>(count: 0)
        /// Of networks that share with no others, for the passing values of all of them.
        let ownRooms = SharedRooms<R>()
        var rooms: SharedRooms<R>?
        var valuesPerColumn = 0

        init(capacity: Int, exchange: MomentExchange) {
            self.capacity = capacity
            self.exchange = exchange
        }
    }

    /// - Parameters:
    ///   - columns: the most samples that this rank will hold in one batch.
    ///   - reducer: sums moments over the ranks.
    public init(columns: Int, reducer: any MomentReducer) {
        shared = Shared(capacity: paddedStride(columns), exchange: MomentExchange(reducer: reducer))
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

    /// Largest stride that activations have room for.
    public var capacity: Int { shared.capacity }
    /// Sums batch-norm moments over the ranks.
    public var exchange: MomentExchange { shared.exchange }
    /// Values that the model's activations and their gradients hold for each column.
    public var valuesPerColumn: Int { shared.valuesPerColumn }

    /// Where the values of passing activations lie.
    var passingValues: Room<R> { (shared.rooms ?? shared.ownRooms).passingValues(self) }

    /// Builds a network whose activations take the rooms of others that were built so.
    public func sharing<Built>(_ rooms: SharedRooms<R>, _ build: () -> Built) -> Built {
        rooms.restart()
        shared.rooms = rooms
        defer { shared.rooms = nil }
        return build()
    }

    /// Where the values of a new activation lie, or its gradients.
    func newRoom() -> Room<R> { shared.rooms?.next(self) ?? Room(pass: self) }

    /// At least `count` values of room for a layer's sums over slices; what they hold is of no use to the next
    /// layer. The first passes of a model find the size.
    func scratch(_ count: Int) -> UnsafeMutablePointer<R> {
        if shared.scratch.count < count { shared.scratch = Storage(count: count) }
        return shared.scratch.pointer
    }

    /// Adds to ``valuesPerColumn``.
    func count(values: Int) {
        shared.valuesPerColumn += values
    }
}

/// Sums buffers of doubles over all ranks, in place, several at once: one in each lane.
public protocol MomentReducer: Sendable {
    /// How many sums may be on their way at once.
    var lanes: Int { get }
    /// Begins to replace each of `count` values by its sum over the ranks. They stay where they are, and untouched, until
    /// ``finish(moments:count:lane:)`` has returned.
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
