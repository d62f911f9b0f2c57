import Kernels
import Layers

/// The samples of a batch that reach a node where paths are sparse (``SparsePaths``); the others skip it.
///
/// Everything that the node computes has these samples alone as its columns, padded as any batch is. Memory is held for
/// all samples, as any number may reach a node.
final class Selection<R: Real> {
    /// What the node's networks run with.
    let pass: Pass<R>
    /// The node's samples among those of the batch.
    let inBatch: ColumnMap<R>
    /// The node's samples among those that reach its parent.
    let inParent: ColumnMap<R>
    /// The parent's selection; nil if that is all samples.
    private let parent: Selection?
    private let identities: UnsafeMutablePointer<Int32>
    private var count = 0

    /// - Parameters:
    ///   - whole: the model's pass.
    ///   - parent: the parent's selection; nil if that is all samples.
    init(of whole: Pass<R>, parent: Selection?) {
        self.parent = parent
        pass = Pass(partOf: whole)
        inParent = ColumnMap(of: pass, among: parent?.pass ?? whole)
        inBatch = parent == nil ? inParent : ColumnMap(of: pass, among: whole)
        identities = .allocate(capacity: whole.capacity)
        identities.initialize(repeating: 0, count: whole.capacity)
    }

    deinit { identities.deallocate() }

    /// Starts anew, with no sample. ``append(parentColumn:)`` follows for each, and ``end()``.
    func begin() { count = 0 }

    /// Adds the sample in a column of the parent's; columns rise.
    func append(parentColumn: Int) {
        inParent[count] = parentColumn
        if let parent { inBatch[count] = parent.inBatch[parentColumn] }
        count += 1
    }

    /// Sets the shape of the node's pass.
    func end() {
        pass.select(columns: count)
    }

    /// Takes all of the parent's samples.
    func selectAll(_ parentColumns: Int) {
        begin()
        for column in 0..<parentColumns { append(parentColumn: column) }
        end()
    }

    /// The identities of the node's samples among those of the batch.
    func identities(_ samples: UnsafePointer<Int32>) -> UnsafePointer<Int32> {
        for column in 0..<count { identities[column] = samples[inBatch[column]] }
        return UnsafePointer(identities)
    }
}
