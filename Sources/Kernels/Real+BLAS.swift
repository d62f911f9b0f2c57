import CKernels
import COpenBLAS

// Products by the CBLAS that the program finds: OpenBLAS, or what was loaded before it (`LD_PRELOAD`) or took its place among
// the system's alternatives. Of a product's numbers it promises nothing, so every call has one slice of the batch: ranks that
// hold whole slices then make the same calls.
extension Real {
    /// ``multiplyColumns(weights:outputStep:inputStep:bias:x:inputs:outputs:stride:adds:into:)`` by CBLAS, for a matrix whose
    /// inputs or whose outputs lie together.
    public static func multiplyColumnsByBLAS(
        weights: UnsafePointer<Self>, outputStep: Int, inputStep: Int, bias: UnsafePointer<Self>?,
        x: UnsafePointer<Self>, inputs: Int, outputs: Int, sliceColumns: Int, stride: Int, adds: Bool,
        into out: UnsafeMutablePointer<Self>
    ) {
        precondition(outputStep == 1 || inputStep == 1, "a matrix with gaps")
        if let bias, !adds {
            for output in 0..<outputs {
                (out + output * stride).update(repeating: bias[output], count: stride)
            }
        }
        for first in Swift.stride(from: 0, to: stride, by: sliceColumns) {
            multiply(
                m: outputs, n: min(sliceColumns, stride - first), k: inputs, weights,
                step: inputStep == 1 ? max(outputStep, inputs) : inputStep, isTransposed: inputStep != 1,
                x + first, step: stride,
                isTransposed: false, adds: adds || bias != nil, into: out + first, step: stride)
        }
    }

    /// ``multiplyBatches(dy:x:inputs:outputs:sliceColumns:stride:scratch:into:)`` by CBLAS.
    ///
    /// `scratch` holds ``blasScratch(inputs:outputs:)`` values.
    public static func multiplyBatchesByBLAS(
        dy: UnsafePointer<Self>, x: UnsafePointer<Self>, inputs: Int, outputs: Int, sliceColumns: Int,
        stride: Int, scratch: UnsafeMutablePointer<Self>, into out: UnsafeMutablePointer<Self>
    ) {
        let block = blasRows(inputs: inputs, outputs: outputs)
        for first in Swift.stride(from: 0, to: outputs, by: block) {
            let rows = min(block, outputs - first)
            let (sum, count) = (out + first * inputs, rows * inputs)
            /// A partial sum, over the slices that are added to it.
            func write(_ partial: Int, into sum: UnsafeMutablePointer<Self>) {
                for start in Swift.stride(from: partial * sliceColumns, to: stride, by: 4 * sliceColumns) {
                    multiply(
                        m: rows, n: inputs, k: min(sliceColumns, stride - start),
                        dy + first * stride + start, step: stride, isTransposed: false, x + start,
                        step: stride, isTransposed: true, adds: start > partial * sliceColumns, into: sum,
                        step: inputs)
                }
            }
            let partials = min(4, (stride + sliceColumns - 1) / sliceColumns)
            write(0, into: sum)
            if partials > 1 {
                write(1, into: scratch)
                add(scratch, to: sum, count: count)
            }
            if partials > 2 {
                write(2, into: scratch)
                if partials > 3 {
                    write(3, into: scratch + count)
                    add(scratch + count, to: scratch, count: count)
                }
                add(scratch, to: sum, count: count)
            }
        }
    }

    /// Values of working memory that ``multiplyBatchesByBLAS(dy:x:inputs:outputs:sliceColumns:stride:scratch:into:)`` takes.
    public static func blasScratch(inputs: Int, outputs: Int) -> Int {
        2 * blasRows(inputs: inputs, outputs: outputs) * inputs
    }

    /// Rows of a weight gradient whose partial sums stay in the second-level cache: 256 KiB of single precision each.
    private static func blasRows(inputs: Int, outputs: Int) -> Int { min(outputs, max(16, 1 << 16 / inputs)) }

    /// `c[m, n] = a[m, k] · b[k, n]`, row-major: the measure of speed.
    static func multiplyMatrices(
        m: Int, n: Int, k: Int, a: UnsafePointer<Self>, b: UnsafePointer<Self>,
        into c: UnsafeMutablePointer<Self>
    ) {
        multiply(
            m: m, n: n, k: k, a, step: k, isTransposed: false, b, step: n, isTransposed: false, adds: false,
            into: c, step: n)
    }

    private static func multiply(
        m: Int, n: Int, k: Int, _ a: UnsafePointer<Self>, step aStep: Int, isTransposed transposesA: Bool,
        _ b: UnsafePointer<Self>, step bStep: Int, isTransposed transposesB: Bool, adds: Bool,
        into c: UnsafeMutablePointer<Self>, step cStep: Int
    ) {
        _ = singleMatrixThread
        openblas_multiply(
            type == KERNELS_DOUBLE, transposesA, transposesB, blasint(m), blasint(n), blasint(k), a,
            blasint(aStep), b, blasint(bStep), adds ? 1 : 0, c, blasint(cStep))
    }
}

/// Sets how many threads a matrix product may use; without a call it is one, since ranks fill the cores.
public func setMatrixThreads(_ n: Int) {
    _ = singleMatrixThread
    openblas_set_num_threads(Int32(n))
}

/// What multiplies where CBLAS does: the processor whose kernels OpenBLAS uses here, detected or from `OPENBLAS_CORETYPE`; of
/// other libraries the file's name.
func matrixKernelsName() -> String {
    let core = String(cString: openblas_get_corename())
    guard let file = kernels_file_of(openblas_address()) else { return core }
    let name = String(cString: file).split(separator: "/").last.map(String.init) ?? core
    return name.contains("openblas") ? core : name
}

/// OpenBLAS starts with a thread for every core; the first touch of this takes it down to one, once.
private let singleMatrixThread: Void = openblas_set_num_threads(1)
