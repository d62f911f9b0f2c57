import Configuration
import Kernels
import Layers

/// Dense layers with rectifiers from a sample to its embedding and back, both ends linear.
///
/// The loss is the mean squared error over all values of the batch.
package final class Autoencoder<R: Real> {
    /// Numbers of a sample.
    package let features: Int
    /// Parameters, gradients and moments.
    package let arena = Arena<R>()
    /// Shape of the batch.
    package let pass: Pass<R>
    /// What is reconstructed, `[features, stride]`.
    package let images: Activation<R>
    /// `[dimensions, stride]`.
    package let embedding: Activation<R>
    /// `[features, stride]`.
    private let output: Activation<R>
    /// What the encoder reads: the images, or a part of them.
    private let input: Activation<R>
    private let encoder: [any Layer<R>]
    private let decoder: [any Layer<R>]
    private let errors: Storage<R>
    private let weights: Storage<R>
    private let masks: InputMasks<R>

    /// An autoencoder without values.
    ///
    /// - Parameter columns: the most samples of a batch on this rank.
    package init(
        _ settings: Configuration.DeepECT, features: Int, columns: Int, training: Bool,
        reducer: any MomentReducer = SingleRankReducer()
    ) {
        self.features = features
        let pass = Pass<R>(columns: columns, reducer: reducer)
        self.pass = pass
        images = Activation(rows: features, pass: pass, hasGradient: false)
        input = Activation(rows: features, pass: pass, hasGradient: false)
        errors = Storage(count: pass.capacity)
        weights = Storage(count: pass.capacity)
        masks = InputMasks(features: features, columns: training ? pass.capacity : 0)
        var value = input
        let arena = arena
        func chain(_ name: String, widths: [Int]) -> [any Layer<R>] {
            var layers: [any Layer<R>] = []
            for (index, width) in widths.enumerated() {
                let linear = Linear(
                    "autoencoder/\(name)/linear_\(index + 1)", rows: width, input: value,
                    inputGradient: value.hasGradient ? .written : .none, bias: true, arena: arena, pass: pass,
                    training: training)
                layers.append(linear)
                if index < widths.count - 1 { layers.append(Rectifier(linear.output)) }
                value = linear.output
            }
            return layers
        }
        encoder = chain("encoder", widths: settings.hidden + [settings.embedding])
        embedding = value
        decoder = chain("decoder", widths: settings.hidden.reversed() + [features])
        output = value
        arena.seal(training: training)
    }

    /// The embeddings of a batch that is loaded.
    package func encode(_ batch: BatchShape) {
        pass.batch = batch
        input.value.update(from: images.value, count: features * batch.stride)
        for layer in encoder { layer.forward(pass) }
    }

    /// The embeddings of what is left of a batch that is loaded, where each value stays with a probability and is 0
    /// otherwise.
    ///
    /// - Parameters:
    ///   - share: the probability.
    ///   - samples: what tells the columns apart, `[columns]`.
    package func encode(
        _ batch: BatchShape, keeping share: Double, seed: UInt64, epoch: UInt32, samples: UnsafePointer<Int32>
    ) {
        guard share < 1 else { return encode(batch) }
        pass.batch = batch
        masks.draw(
            keeping: share, seed: seed, epoch: epoch, samples: samples, batch, into: input.value)
        R.multiply(images.value, input.value, into: input.value, count: features * batch.stride)
        for layer in encoder { layer.forward(pass) }
    }

    /// Decodes the embeddings.
    ///
    /// - Returns: this rank's part of the mean squared error over the global batch.
    package func reconstruct() -> Double {
        for layer in decoder { layer.forward(pass) }
        let batch = pass.batch
        // A Gaussian of this variance has the squared error times π as its loss, and no constant.
        let scale = 1 / (Double(batch.globalColumns) * Double(features) * Double.pi)
        for column in 0..<batch.stride { weights.pointer[column] = column < batch.columns ? R(scale) : 0 }
        R.gaussianLoss(
            means: output.value, target: images.value, features: features, stride: batch.stride,
            variance: R(1 / (2 * Double.pi)), weight: output.hasGradient ? weights.pointer : nil,
            loss: errors.pointer, gradient: output.hasGradient ? output.gradient : nil)
        var sum = PartialSums(count: 1)
        for column in 0..<batch.columns {
            sum.add(Double(errors.pointer[column]), to: 0, slice: column / batch.sliceColumns)
        }
        return sum.totals[0] * scale
    }

    /// Back through the decoder, to the gradient of ``embedding``.
    package func backwardDecoder() {
        for layer in decoder.reversed() { layer.backward(pass) }
    }

    /// Back through the encoder.
    package func backwardEncoder() {
        for layer in encoder.reversed() { layer.backward(pass) }
    }

    /// Leaves no gradients, as those of no samples.
    package func clearGradients() {
        for layer in encoder + decoder { layer.clearGradients() }
    }

    /// Floating-point operations of a step for one sample.
    package var flops: Int { (encoder + decoder).reduce(0) { $0 + $1.flops(training: true) } }
}

/// Which inputs an autoencoder sees.
struct InputMasks<R: Real> {
    private let features: Int
    private let draws: Storage<R>
    /// `[columns, features]`.
    private let rows: Storage<R>
    private let places: [Int32]

    init(features: Int, columns: Int) {
        self.features = features
        draws = Storage(count: columns > 0 ? features : 0)
        rows = Storage(count: columns * features)
        places = Array(0..<Int32(columns))
    }

    /// Writes `[features, stride]`: 1 for what is seen, 0 for the rest and in the padding.
    func draw(
        keeping share: Double, seed: UInt64, epoch: UInt32, samples: UnsafePointer<Int32>,
        _ batch: BatchShape,
        into out: UnsafeMutablePointer<R>
    ) {
        let limit = R(share)
        for column in 0..<batch.columns {
            R.uniforms(
                key: seed, tensor: UInt32(bitPattern: samples[column]), generation: epoch,
                stream: RandomStream.masking.rawValue, low: 0, high: 1, into: draws.pointer, count: features)
            let row = rows.pointer + column * features
            for feature in 0..<features { row[feature] = draws.pointer[feature] < limit ? 1 : 0 }
        }
        R.gather(
            values: rows.pointer, features: features, indices: places, columns: batch.columns,
            stride: batch.stride, scale: 1, into: out)
    }
}
