import Kernels
import Layers

/// The samples of a batch that a node's networks run on where paths are sparse; the others skip the node.
///
/// Everything that the node computes has these samples alone as its columns, padded as any batch is. Values come
/// from the whole batch or from the parent's samples by their places there, and gradients go back the same way.
/// Memory is held for all samples, as any number may reach a node.
final class Selection<R: Real> {
    /// What the node's networks run with.
    let pass: Pass<R>
    /// The model's pass.
    private let whole: Pass<R>
    /// The parent's pass; that of the model for a child of the top.
    private let parent: Pass<R>
    /// The parent's selection; nil if that is all samples.
    private let parentSelection: Selection?
    /// Places of the samples in the batch, and among the parent's samples.
    private let places: UnsafeMutablePointer<Int32>
    private let parentPlaces: UnsafeMutablePointer<Int32>
    /// Their identities.
    private let identities: UnsafeMutablePointer<Int32>
    private(set) var count = 0

    /// - Parameters:
    ///   - whole: the model's pass.
    ///   - parent: the parent's selection; nil if that is all samples.
    init(of whole: Pass<R>, parent: Selection?) {
        self.whole = whole
        self.parent = parent?.pass ?? whole
        parentSelection = parent
        pass = Pass(partOf: whole)
        func room() -> UnsafeMutablePointer<Int32> {
            let values = UnsafeMutablePointer<Int32>.allocate(capacity: whole.capacity)
            values.initialize(repeating: 0, count: whole.capacity)
            return values
        }
        (places, parentPlaces, identities) = (room(), room(), room())
    }

    deinit { for values in [places, parentPlaces, identities] { values.deallocate() } }

    /// Starts anew, with no sample. ``append(parentPlace:)`` follows for each, and ``end()``.
    func removeAll() {
        count = 0
    }

    /// Adds the parent's sample of this place; places rise.
    func append(parentPlace: Int) {
        parentPlaces[count] = Int32(parentPlace)
        places[count] = parentSelection?.places[parentPlace] ?? Int32(parentPlace)
        count += 1
    }

    /// Sets the shape of the node's pass.
    func end() {
        pass.select(columns: count)
    }

    /// Takes all of the parent's samples.
    func selectAll(_ parentColumns: Int) {
        removeAll()
        for place in 0..<parentColumns { append(parentPlace: place) }
        end()
    }

    /// The identities of these samples among those of the batch.
    func identities(_ samples: UnsafePointer<Int32>) -> UnsafePointer<Int32> {
        for column in 0..<count { identities[column] = samples[Int(places[column])] }
        return UnsafePointer(identities)
    }

    /// Copies these samples' columns of `values` `[rows, stride of the batch]`.
    func gather(_ values: UnsafePointer<R>, rows: Int, into kept: UnsafeMutablePointer<R>) {
        R.gatherColumns(
            values, rows: rows, stride: whole.batch.stride, places: places, columns: count,
            outStride: pass.batch.stride, into: kept)
    }

    /// Copies these samples' columns of `values` `[rows, stride of the parent's samples]`.
    func gather(parent values: UnsafePointer<R>, rows: Int, into kept: UnsafeMutablePointer<R>) {
        R.gatherColumns(
            values, rows: rows, stride: parent.batch.stride, places: parentPlaces, columns: count,
            outStride: pass.batch.stride, into: kept)
    }

    /// Adds to these samples' columns of `values` `[rows, stride of the batch]`.
    func add(_ kept: UnsafePointer<R>, rows: Int, to values: UnsafeMutablePointer<R>) {
        R.addColumns(
            kept, rows: rows, stride: pass.batch.stride, places: places, columns: count,
            outStride: whole.batch.stride, to: values)
    }

    /// Adds to these samples' columns of `values` `[rows, stride of the parent's samples]`.
    func add(_ kept: UnsafePointer<R>, rows: Int, toParent values: UnsafeMutablePointer<R>) {
        R.addColumns(
            kept, rows: rows, stride: pass.batch.stride, places: parentPlaces, columns: count,
            outStride: parent.batch.stride, to: values)
    }

    /// Spreads values `[rows, stride]` over the batch, `[rows, stride of the batch]`: zero for samples that skip.
    func spread(_ kept: UnsafePointer<R>, rows: Int, over values: UnsafeMutablePointer<R>) {
        values.clear(count: rows * whole.batch.stride)
        add(kept, rows: rows, to: values)
    }
}
