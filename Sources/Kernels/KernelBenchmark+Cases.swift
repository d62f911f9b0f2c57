extension KernelBenchmark {
    /// Storage of varied values in [-½, ½), the same on every run.
    static func values<R: Real>(_ count: Int, of scalar: R.Type = Float.self) -> Storage<R> {
        let storage = Storage<R>(count: count)
        R.uniforms(
            key: 1, tensor: 0, generation: 0, stream: 0, low: -0.5, high: 0.5, into: storage.pointer,
            count: count)
        return storage
    }

    static func matrixCase<R: Real>(m: Int, n: Int, k: Int, of scalar: R.Type = Float.self) -> Case {
        let (a, b, c) = (values(m * k, of: scalar), values(k * n, of: scalar), values(m * n, of: scalar))
        return Case(name: "sgemm \(m)x\(n)x\(k)", unit: .gigaflops, work: Double(2 * m * n * k)) {
            R.multiplyMatrices(
                transposeA: false, transposeB: false, m: m, n: n, k: k, alpha: 1, a: a.pointer, leadingA: k,
                b: b.pointer, leadingB: n, beta: 0, c: c.pointer, leadingC: n)
        }
    }

    /// Products of OpenBLAS, and linear layers with both gradients: those of `cnn1`, then the widest of `mlp` and `cnn2`.
    static func matrixCases(batch: Int) -> [Case] {
        [matrixCase(m: 128, n: batch, k: 128), matrixCase(m: 512, n: batch, k: 2000)]
            + [
                (128, 128), (128, 8), (288, 8), (16, 128), (1, 128), (512, 512), (512, 2000), (2000, 512),
                (4096, 64),
            ].flatMap { outputs, inputs in
                linearCases(inputs: inputs, outputs: outputs, batch: batch)
            }
    }

    private static func linearCases(inputs: Int, outputs: Int, batch: Int) -> [Case] {
        let (x, dx, weights) = (values(inputs * batch), values(inputs * batch), values(inputs * outputs))
        let (y, dy) = (values(outputs * batch), values(outputs * batch))
        let gradient = values(weights.count)
        let scratch = values(paddedStride(inputs) * batch)
        let work = Double(2 * inputs * outputs * batch)
        let name = "linear \(inputs)→\(outputs)"
        return [
            Case(name: name, unit: .gigaflops, work: work) {
                Float.multiplyColumns(
                    weights: weights.pointer, outputStep: inputs, inputStep: 1, bias: nil, x: x.pointer,
                    inputs: inputs, outputs: outputs, stride: batch, adds: false, into: y.pointer)
            },
            Case(name: name + ", data gradient", unit: .gigaflops, work: work) {
                Float.multiplyColumns(
                    weights: weights.pointer, outputStep: 1, inputStep: inputs, bias: nil, x: dy.pointer,
                    inputs: outputs, outputs: inputs, stride: batch, adds: false, into: dx.pointer)
            },
            Case(name: name + ", weight gradient", unit: .gigaflops, work: work) {
                Float.multiplyBatches(
                    dy: dy.pointer, x: x.pointer, inputs: inputs, outputs: outputs,
                    sliceColumns: paddedStride(batch / 4),
                    stride: batch, scratch: scratch.pointer, into: gradient.pointer)
            },
        ]
    }

    /// The encoder's three convolutions and the decoder's three transposed ones, each with both gradients.
    static func convolutionCases(batch: Int) -> [Case] {
        func convolution(_ size: Int) -> TapTable {
            .convolution(height: size, width: size, kernel: 3, stride: 2, padding: 0)
        }
        func transposed(_ size: Int, padding: Int) -> TapTable {
            .transposedConvolution(
                height: size, width: size, kernel: 3, stride: 2, padding: padding, outputPadding: padding)
        }
        let shapes: [(name: String, taps: TapTable, inputs: Int, outputs: Int)] = [
            ("conv 1→8, 28→13", convolution(28), 1, 8), ("conv 8→16, 13→6", convolution(13), 8, 16),
            ("conv 16→32, 6→2", convolution(6), 16, 32),
            ("transposed conv 32→16, 3→7", transposed(3, padding: 0), 32, 16),
            ("transposed conv 16→8, 7→14", transposed(7, padding: 1), 16, 8),
            ("transposed conv 8→1, 14→28", transposed(14, padding: 1), 8, 1),
        ]
        return shapes.flatMap { shape in
            convolutionCases(
                name: shape.name, taps: shape.taps, inputs: shape.inputs, outputs: shape.outputs, batch: batch
            )
        }
    }

    private static func convolutionCases(
        name: String, taps: TapTable, inputs: Int, outputs: Int, batch: Int
    ) -> [Case] {
        let input = values(taps.inputPixels * inputs * batch)
        let output = values(taps.outputPixels * outputs * batch)
        let weights = values(taps.positions * inputs * outputs)
        // Results go to arrays of their own: fed back, they would decay into slow subnormal numbers.
        let inputGradient = values(taps.inputPixels * inputs * batch)
        let outputGradient = values(taps.outputPixels * outputs * batch)
        let weightGradient = values(weights.count)
        let scratch = values(taps.weightGradientScratch(inputChannels: inputs, outputChannels: outputs))
        let reversed = taps.reversed
        let work = Double(2 * taps.taps * inputs * outputs * batch)
        return [
            Case(name: name, unit: .gigaflops, work: work) {
                Float.convolve(
                    taps, weights: weights.pointer, bias: nil, inputChannels: inputs, outputChannels: outputs,
                    input: input.pointer, output: output.pointer, stride: batch)
            },
            Case(name: name + ", data gradient", unit: .gigaflops, work: work) {
                Float.convolve(
                    reversed, weights: weights.pointer, bias: nil, inputChannels: outputs,
                    outputChannels: inputs,
                    input: outputGradient.pointer, output: inputGradient.pointer, stride: batch)
            },
            Case(name: name + ", weight gradient", unit: .gigaflops, work: work) {
                Float.convolutionWeightGradient(
                    taps, inputChannels: inputs, outputChannels: outputs, inputsFirst: false,
                    input: input.pointer,
                    outputGradient: outputGradient.pointer, sliceColumns: paddedStride(batch / 4),
                    stride: batch,
                    scratch: scratch.pointer, into: weightGradient.pointer)
            },
        ]
    }

    /// Convolutions of many channels, those of the Omniglot decoder and one of a residual block, each with both gradients.
    /// Their speeds count the operations of the formula, of which minimal filtering does fewer.
    static func filteringCases(batch: Int) -> [Case] {
        let shapes:
            [(
                name: String, large: Int, small: Int, kernel: Int, step: Int, padding: Int,
                channels: (Int, Int)
            )] =
                [
                    ("transposed conv 5x5 128→128, 2→7", 7, 2, 5, 2, 0, (128, 128)),
                    ("conv 4x4 128→64, 7→6", 7, 6, 4, 1, 1, (128, 64)),
                    ("transposed conv 4x4 64→64, 6→14", 14, 6, 4, 2, 0, (64, 64)),
                    ("conv 4x4 64→32, 14→13", 14, 13, 4, 1, 1, (64, 32)),
                    ("transposed conv 4x4 32→32, 13→29", 29, 13, 4, 2, 0, (32, 32)),
                    ("conv 3x3 64→64, 16→16", 16, 16, 3, 1, 1, (64, 64)),
                ]
        return shapes.flatMap { shape in
            filteringCases(
                name: shape.name,
                taps: .convolution(
                    height: shape.large, width: shape.large, kernel: shape.kernel, stride: shape.step,
                    padding: shape.padding),
                sides: (shape.large, shape.small), kernel: shape.kernel, step: shape.step,
                padding: shape.padding, channels: shape.channels, batch: batch)
        }
    }

    private static func filteringCases(
        name: String, taps: TapTable, sides: (large: Int, small: Int), kernel: Int, step: Int, padding: Int,
        channels: (large: Int, small: Int), batch: Int
    ) -> [Case] {
        guard
            let filtering = MinimalFiltering(
                largeSide: sides.large, smallSide: sides.small, kernel: kernel, step: step, padding: padding,
                largeChannels: channels.large, smallChannels: channels.small, taps: taps)
        else { preconditionFailure("\(name): other kernels take it") }
        let (large, small) = (
            values(taps.inputPixels * channels.large * batch),
            values(taps.outputPixels * channels.small * batch)
        )
        let weights = values(taps.positions * channels.large * channels.small)
        let (largeResult, smallResult) = (values(large.count), values(small.count))
        let gradient = values(weights.count)
        let scratch = values(filtering.scratch)
        let work = Double(2 * taps.taps * channels.large * channels.small * batch)
        let toSmall = {
            Float.filterToSmall(
                filtering, weights: weights.pointer, bias: nil, large: large.pointer,
                small: smallResult.pointer, stride: batch, scratch: scratch.pointer)
        }
        let toLarge = {
            Float.filterToLarge(
                filtering, weights: weights.pointer, bias: nil, small: small.pointer,
                large: largeResult.pointer, stride: batch, scratch: scratch.pointer)
        }
        let isTransposed = step > 1
        return [
            Case(name: name, unit: .gigaflops, work: work, call: isTransposed ? toLarge : toSmall),
            Case(
                name: name + ", data gradient", unit: .gigaflops, work: work,
                call: isTransposed ? toSmall : toLarge),
            Case(name: name + ", weight gradient", unit: .gigaflops, work: work) {
                Float.filteringWeightGradient(
                    filtering, large: large.pointer, small: small.pointer,
                    sliceColumns: paddedStride(batch / 4), stride: batch, scratch: scratch.pointer,
                    into: gradient.pointer)
            },
        ]
    }

    /// The decoder's three normalisations and that of a stacked hidden layer, with their gradients.
    static func normalisationCases(batch: Int) -> [Case] {
        [(288, 1), (16, 49), (8, 196), (128, 1)].flatMap { channels, pixels in
            normalisationCases(channels: channels, pixels: pixels, batch: batch)
        }
    }

    private static func normalisationCases(channels: Int, pixels: Int, batch: Int) -> [Case] {
        let count = channels * pixels * batch
        let (x, y, dy, dx) = (values(count), values(count), values(count), values(count))
        let parameters = values(channels)
        let moments = Storage<Double>(count: 2 * channels)
        let gradients = values(2 * channels)
        let shape = "\(channels)x\(pixels)"
        let bytes = Double(count * MemoryLayout<Float>.stride)
        return [
            Case(name: "batch moments \(shape)", unit: .gigabytes, work: bytes) {
                Float.batchMoments(
                    x.pointer, origin: parameters.pointer, channels: channels, pixels: pixels, columns: batch,
                    sliceColumns: paddedStride(batch / 4), stride: batch, into: moments.pointer)
            },
            Case(name: "normalise \(shape)", unit: .gigabytes, work: 2 * bytes) {
                Float.normalise(
                    x.pointer, channels: channels, pixels: pixels, stride: batch, mean: parameters.pointer,
                    inverseDeviation: parameters.pointer, scale: parameters.pointer,
                    shift: parameters.pointer,
                    slope: 0.3, into: y.pointer)
            },
            Case(name: "normalise \(shape), gradient moments", unit: .gigabytes, work: 2 * bytes) {
                Float.normaliseGradientMoments(
                    x.pointer, dy: dy.pointer, channels: channels, pixels: pixels,
                    sliceColumns: paddedStride(batch / 4), stride: batch,
                    mean: parameters.pointer, inverseDeviation: parameters.pointer, scale: parameters.pointer,
                    shift: parameters.pointer, slope: 0.3, into: moments.pointer,
                    scaleGradient: gradients.pointer, shiftGradient: gradients.pointer + channels)
            },
            Case(name: "normalise \(shape), gradient", unit: .gigabytes, work: 3 * bytes) {
                Float.normaliseGradient(
                    x.pointer, dy: dy.pointer, channels: channels, pixels: pixels, columns: batch,
                    stride: batch,
                    mean: parameters.pointer, inverseDeviation: parameters.pointer,
                    scale: parameters.pointer, shift: parameters.pointer, slope: 0.3,
                    meanH: parameters.pointer,
                    meanHX: parameters.pointer,
                    into: dx.pointer)
            },
        ]
    }

    /// The loss of a leaf, the latents of a node, and an Adam step of the whole 10-leaf tree.
    static func elementCases(batch: Int) -> [Case] {
        let features = 784
        let (logits, target) = (values(features * batch), values(features * batch))
        let gradient = values(features * batch)
        let (weight, loss) = (values(batch), values(batch))

        let dimensions = 8
        let latent = (0..<6).map { _ in values(dimensions * batch) }
        let divergence = values(batch)
        let samples = (0..<batch).map { Int32($0 * 37) }

        let parameters = 750_000
        let adam = [values(parameters), Storage<Float>(count: parameters), Storage<Float>(count: parameters)]
        let gradients = values(parameters)
        return [
            Case(
                name: "bernoulli loss and gradient \(features)x\(batch)", unit: .gigaelements,
                work: Double(features * batch)
            ) {
                Float.bernoulliLoss(
                    logits: logits.pointer, target: target.pointer, features: features, stride: batch,
                    weight: weight.pointer, loss: loss.pointer, gradient: gradient.pointer)
            },
            Case(name: "noise \(dimensions)x\(batch)", unit: .gigaelements, work: Double(dimensions * batch))
            {
                Float.normals(
                    key: 7, samples: samples, columns: batch, node: 3, epoch: 1, stream: 0,
                    dimensions: dimensions, stride: batch, into: latent[0].pointer)
            },
            Case(
                name: "posterior sample \(dimensions)x\(batch)", unit: .gigaelements,
                work: Double(dimensions * batch)
            ) {
                Float.samplePosterior(
                    mu: latent[1].pointer, raw: latent[2].pointer, priorMu: latent[3].pointer,
                    priorRaw: latent[4].pointer, noise: latent[0].pointer, dimensions: dimensions,
                    stride: batch,
                    epsilon: 1e-7, z: latent[5].pointer, divergence: divergence.pointer)
            },
            Case(
                name: "adam \(parameters)", unit: .gigabytes,
                work: Double(7 * parameters * MemoryLayout<Float>.stride)
            ) {
                Float.adam(
                    parameters: adam[0].pointer, gradients: gradients.pointer, firstMoment: adam[1].pointer,
                    secondMoment: adam[2].pointer, count: parameters, stepSize: 1e-3, deviationScale: 1,
                    beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 1e-5)
            },
        ]
    }
}
