import Kernels
import Layers

/// What a node reads of values that the batch or its parent has. Where all samples reach the node that is the source
/// itself; where paths are sparse it is a copy of the columns that do, and its gradient is added back to theirs.
struct NodeInput<R: Real> {
    /// What the node reads, a column for each sample that reaches it.
    let local: Activation<R>
    /// Where it comes from, a column for each sample of the batch or of the parent.
    let source: Activation<R>
    private let columns: ColumnMap<R>?

    /// - Parameters:
    ///   - source: the values of all samples.
    ///   - columns: the node's samples among them; nil if that is all.
    ///   - pass: the node's.
    init(_ source: Activation<R>, columns: ColumnMap<R>?, pass: Pass<R>) {
        self.source = source
        self.columns = columns
        local =
            columns == nil
            ? source : Activation(rows: source.rows, pass: pass, hasGradient: source.hasGradient)
    }

    /// What the first layer that reads ``local`` does with its gradient: a source has other readers and starts from
    /// zero, a copy has its first one here.
    var firstGradient: InputGradient {
        local.hasGradient ? (columns == nil ? .added : .written) : .none
    }

    /// Copies the node's columns. Where all samples reach the node there is nothing to do.
    func gather() {
        columns?.gather(source.value, rows: source.rows, into: local.value)
    }

    /// Adds the gradient of the copy to that of the source. Where all samples reach the node it is there already.
    func returnGradient() {
        guard let columns, local.hasGradient else { return }
        columns.add(local.gradient, rows: source.rows, to: source.gradient)
    }

    /// Sets the gradients of both to zero.
    ///
    /// - Parameter stride: of the node's pass.
    func zeroGradient(stride: Int) {
        local.zeroGradient(stride: stride)
        columns?.clear(source.gradient, rows: source.rows)
    }
}
