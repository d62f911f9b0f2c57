import Layers
import TreeModel

/// A tensor in a state dict of the authors' PyTorch implementation.
struct ReferenceTensor {
    /// Where its values are in a model of ours.
    enum Source {
        case parameter(Tensor)
        case statistic(Tensor)
        /// A weight that no loss reads, so that its values mean nothing: the bottom-up layers' heads for mean and
        /// variance. We have no such tensor.
        case unused
        /// How many batches a batch-norm has seen, a single integer; the reference's momentum does not depend on it.
        case batchCount
    }

    let name: String
    let shape: [Int]
    let source: Source

    /// All tensors of the state dict of a model.
    static func all<R: Scalar>(of model: TreeVAE<R>) -> [ReferenceTensor] {
        let names = ReferenceNames(model.architecture, model.tree)
        var tensors = model.arena.parameters.map {
            ReferenceTensor(name: names.name(of: $0.name), shape: $0.shape, source: .parameter($0))
        }
        for tensor in model.arena.statistics {
            let name = names.name(of: tensor.name)
            tensors.append(ReferenceTensor(name: name, shape: tensor.shape, source: .statistic(tensor)))
            if tensor.role == .runningMean {
                let norm = name.dropLast("running_mean".count)
                tensors.append(
                    ReferenceTensor(name: norm + "num_batches_tracked", shape: [], source: .batchCount))
            }
        }
        return tensors + unused(model.architecture)
    }

    private static func unused(_ model: Architecture) -> [ReferenceTensor] {
        zip(model.latent, model.layers).enumerated().dropFirst().flatMap { level, sizes in
            ["mu", "sigma"].flatMap { head in
                let name = "bottom_up.\(level).\(head)"
                return [
                    ReferenceTensor(name: "\(name).weight", shape: [sizes.0, sizes.1], source: .unused),
                    ReferenceTensor(name: "\(name).bias", shape: [sizes.0], source: .unused),
                ]
            }
        }
    }
}
