import Checkpoints
import Layers
import Networks
import TreeModel

/// A tensor in a state dict of the authors' PyTorch implementation.
struct ReferenceTensor {
    /// Where its values are in a model of ours.
    enum Source {
        case parameter(Tensor)
        case statistic(Tensor)
        /// A weight that no loss reads, so that its values mean nothing: the bottom-up layers' heads for mean and
        /// variance, and the projections' for variance. We have no such tensor.
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
        let settings = model.projections == nil ? nil : model.architecture.contrastive
        return tensors + unused(model.architecture) + (settings.map(unused) ?? [])
    }

    private static func unused(_ settings: ContrastiveSettings) -> [ReferenceTensor] {
        settings.projections.enumerated().flatMap { level, size in
            unused("contrastive_mlp.\(level).sigma", size: size, inputs: settings.hidden)
        }
    }

    private static func unused(_ model: Architecture) -> [ReferenceTensor] {
        zip(model.latent, model.layers).enumerated().dropFirst().flatMap { level, sizes in
            ["mu", "sigma"].flatMap { head in
                unused("bottom_up.\(level).\(head)", size: sizes.0, inputs: sizes.1)
            }
        }
    }

    private static func unused(_ head: String, size: Int, inputs: Int) -> [ReferenceTensor] {
        [
            ReferenceTensor(name: "\(head).weight", shape: [size, inputs], source: .unused),
            ReferenceTensor(name: "\(head).bias", shape: [size], source: .unused),
        ]
    }
}
