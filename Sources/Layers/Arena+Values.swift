import Kernels

/// How the weights of a new model start.
public enum Initialisation: String, Sendable, Codable {
    /// Keras's default: weights `U(±sqrt(6 / (fanIn + fanOut)))`, biases 0. Made the published tables.
    case glorot
    /// PyTorch's default: weights and biases `U(±1 / sqrt(fanIn))`; a transposed convolution's fan-in
    /// counts its output channels.
    case fanIn = "fan_in"
}

extension Arena {
    /// Gives every tensor its first values.
    ///
    /// The numbers depend on the seed, the tensor's name and `generation` (the growth step that created
    /// it) alone, so that every rank draws the same without a broadcast.
    public func initialise(_ initialisation: Initialisation, seed: UInt64, generation: UInt32) {
        for tensor in parameters {
            let range: Double
            switch (tensor.role, initialisation) {
            case (.weight(let fanIn, let fanOut), .glorot): range = (6 / Double(fanIn + fanOut)).squareRoot()
            case (.weight(let fanIn, _), .fanIn), (.bias(let fanIn), .fanIn):
                range = 1 / Double(fanIn).squareRoot()
            case (.bias, .glorot), (.shift, _), (.logDispersion, _), (.runningMean, _):
                fill(value(tensor), with: 0, count: tensor.count)
                continue
            case (.scale, _), (.runningVariance, _):
                fill(value(tensor), with: 1, count: tensor.count)
                continue
            }
            R.uniforms(
                key: seed, tensor: nameHash(tensor.name), generation: generation,
                stream: RandomStream.initialisation.rawValue, low: R(-range), high: R(range),
                into: value(tensor),
                count: tensor.count)
        }
        for tensor in statistics {
            fill(statistic(tensor), with: tensor.role == .runningVariance ? 1 : 0, count: tensor.count)
        }
    }

    /// Copies the values of every tensor that `other` has, under the name that `source` gives for ours, and the
    /// optimiser's moments where both arenas have them; the rest keeps its values.
    ///
    /// - Returns: how many parameters were copied.
    @discardableResult
    public func copyValues(from other: Arena<R>, source: (String) -> String) -> Int {
        let theirParameters = Dictionary(uniqueKeysWithValues: other.parameters.map { ($0.name, $0) })
        var copied = 0
        for tensor in parameters {
            guard let original = theirParameters[source(tensor.name)] else { continue }
            precondition(original.shape == tensor.shape, "\(tensor.name) changed its shape")
            value(tensor).update(from: other.value(original), count: tensor.count)
            if isTraining, other.isTraining {
                for (ours, theirs) in [
                    (firstMoment, other.firstMoment), (secondMoment, other.secondMoment),
                ] {
                    (ours.pointer + tensor.offset).update(
                        from: theirs.pointer + original.offset, count: tensor.count)
                }
            }
            copied += 1
        }
        let theirStatistics = Dictionary(uniqueKeysWithValues: other.statistics.map { ($0.name, $0) })
        for tensor in statistics {
            guard let original = theirStatistics[source(tensor.name)] else { continue }
            statistic(tensor).update(from: other.statistic(original), count: tensor.count)
        }
        return copied
    }

    private func fill(_ pointer: UnsafeMutablePointer<R>, with value: R, count: Int) {
        pointer.update(repeating: value, count: count)
    }

    /// FNV-1a, 32 bits: a stable name for a tensor's random numbers.
    private func nameHash(_ name: String) -> UInt32 {
        name.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}

/// The purposes that random numbers are drawn for, so that no two share a counter.
public enum RandomStream: UInt32, Sendable {
    /// First values of tensors.
    case initialisation = 1
    /// Latent noise of training steps.
    case training = 2
    /// Latent noise of evaluations.
    case evaluation = 3
    /// Latent noise of the frozen tree below which a subtree grows.
    case growth = 4
    /// The order of samples in an epoch.
    case shuffle = 5
    /// Latents of new samples.
    case generation = 6
    /// Decisions on the way of a new sample.
    case decisions = 7
    /// How pictures are changed for an epoch.
    case augmentation = 8
    /// Which inputs an autoencoder sees.
    case masking = 9
    /// Where two-means starts.
    case clustering = 10
}
