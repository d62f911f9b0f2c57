import Checkpoints
import Collectives
import Configuration
import Kernels
import Networks
import Topology
import TreeModel

extension Configuration {
    /// Replaces `performance.kernels: auto` by what is faster on rank 0 for the wide layers of a new model; collective. The
    /// choice decides how sums round, so all ranks take the same, and a run that goes on takes that of its checkpoint.
    ///
    /// - Parameter columns: samples of a batch on each rank.
    package func choosingKernels<R: Scalar>(
        inputShape: [Int], columns: Int, _ communicator: any Communicator, scalar: R.Type
    ) throws -> Configuration {
        guard performance.kernels == .auto else { return self }
        var chosen = self
        var takesBLAS: [UInt8] = [0]
        if precision != .mixed, communicator.rank == 0 {
            let model = TreeVAE<R>(
                architecture: Architecture(self, inputShape: inputShape), tree: Tree(startOf: self),
                columns: 1, training: false)
            let shapes = model.arena.parameters.map(\.shape)
                .filter { $0.count == 2 && ProductKernels.areWide(inputs: $0[1], outputs: $0[0]) }
            let seconds = KernelBenchmark.productSeconds(
                of: R.self, shapes: shapes.map { (outputs: $0[0], inputs: $0[1]) },
                batch: paddedStride(columns), by: [.own, .blas])
            // As fast is not faster: our own kernels do without the library's promises.
            takesBLAS[0] = seconds[1] < 0.97 * seconds[0] ? 1 : 0
        }
        try communicator.broadcast(&takesBLAS, root: 0, purpose: "the choice of kernels")
        chosen.performance.kernels = takesBLAS == [1] ? .blas : .own
        return chosen
    }
}
