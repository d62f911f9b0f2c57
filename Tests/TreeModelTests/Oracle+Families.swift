import Foundation
import TreeModel

extension Oracle {
    /// d of the deepest level.
    func encoder(_ images: [[Double]]) -> [[Double]] {
        var x = images
        func block(_ layer: Int, stride: Int, padding: Int, farPadding: Int = 0) {
            let name = "encoder/layer_\(layer)"
            x = norm(
                "\(name)/batch_norm",
                convolution(
                    "\(name)/convolution", x, stride: stride, padding: padding, farPadding: farPadding))
        }
        switch architecture.family {
        case .cnn1:
            for layer in 1...3 { block(layer, stride: 2, padding: 0) }
        case .cnnOmni:
            for layer in 1...5 {
                let isStrided = layer % 2 == 0
                block(
                    layer, stride: isStrided ? 2 : 1, padding: keepsSizes && isStrided ? 0 : 1,
                    farPadding: keepsSizes && !isStrided ? 1 : 0)
            }
            block(6, stride: 1, padding: 0)
        case .mlp:
            if architecture.mayMiss { x = x.map { $0.map { $0.isNaN ? 0 : $0 } } }
            if architecture.likelihood.isOfCounts { x = logCounts(x) }
            for layer in 1...4 { x = dense("encoder/layer_\(layer)", x) }
        case .cnn2:
            x = convolution("encoder/layer_1/convolution", x, stride: 1, padding: 1)
            for block in 1...blocks {
                if block > 1 { x = averagePool(x, channels: channels("encoder/block_\(block)")) }
                x = residualBlock("encoder/block_\(block)", x)
            }
            x = norm("encoder/output/batch_norm", x)
        }
        return x
    }

    /// ln(1 + x) of counts `[samples][values]`, normalised if the architecture says so.
    private func logCounts(_ counts: [[Double]]) -> [[Double]] {
        counts.map { sample in
            let features = architecture.features
            let total = sample.prefix(features).reduce(0, +)
            let scale = architecture.normalisesCounts && total > 0 ? Double(features) / total : 1
            return sample.prefix(features).map { log(1 + scale * $0) }
                + sample.dropFirst(features).map { log(1 + $0) }
        }
    }

    /// What a leaf's decoder says of the sample.
    ///
    /// - Parameter z: with the covariates behind it.
    func decoder(_ name: String, _ z: [[Double]]) -> [[Double]] {
        if architecture.family == .cnn2 { return residualDecoder(name, z) }
        var x = dense("\(name)/layer_1", z)
        let farPadding = keepsSizes ? 1 : 0
        func block(_ layer: Int, padding: Int) {
            let name = "\(name)/layer_\(layer)"
            x = norm(
                "\(name)/batch_norm",
                convolution("\(name)/convolution", x, stride: 1, padding: padding, farPadding: farPadding))
        }
        func transposedBlock(_ layer: Int, padding: Int, outputPadding: Int) {
            let name = "\(name)/layer_\(layer)"
            x = norm(
                "\(name)/batch_norm",
                transposed(
                    "\(name)/convolution", x, stride: 2, padding: padding, outputPadding: outputPadding))
        }
        switch architecture.family {
        case .cnn1:
            transposedBlock(2, padding: 0, outputPadding: 0)
            transposedBlock(3, padding: 1, outputPadding: 1)
            return transposed("\(name)/layer_4/convolution", x, stride: 2, padding: 1, outputPadding: 1)
        case .cnnOmni:
            transposedBlock(2, padding: 0, outputPadding: 0)
            block(3, padding: 1)
            transposedBlock(4, padding: keepsSizes ? 1 : 0, outputPadding: 0)
            block(5, padding: 1)
            transposedBlock(6, padding: keepsSizes ? 1 : 0, outputPadding: keepsSizes ? 0 : 1)
            return convolution(
                "\(name)/layer_7/convolution", x, stride: 1, padding: 1, farPadding: farPadding)
        case .mlp:
            for layer in 2...4 { x = dense("\(name)/layer_\(layer)", x) }
            return linear("\(name)/layer_5/linear", x)
        case .cnn2: preconditionFailure("it has no dense layer")
        }
    }

    /// Whether maps have TensorFlow's borders.
    private var keepsSizes: Bool { architecture.borders == .tensorflow }

    /// Residual blocks, one for each size of map.
    private var blocks: Int { architecture.inputShape[1] == 64 ? 5 : 4 }

    /// Channels of a residual block's input.
    private func channels(_ block: String) -> Int { values("\(block)/batch_norm_1/scale").count }

    private func residualDecoder(_ name: String, _ z: [[Double]]) -> [[Double]] {
        var x = linear("\(name)/layer_1/linear", z)
        for block in 1...blocks {
            x = residualBlock("\(name)/block_\(block)", x)
            if block < blocks { x = upsample(x, channels: channels("\(name)/block_\(block + 1)")) }
        }
        return transposed(
            "\(name)/output/convolution", norm("\(name)/output/batch_norm", x), stride: 1, padding: 1,
            outputPadding: 0)
    }

    /// The input, mixed where the number of channels changes, and a tenth of what two convolutions make of it.
    private func residualBlock(_ name: String, _ x: [[Double]]) -> [[Double]] {
        var branch = x
        for half in 1...2 {
            branch = convolution(
                "\(name)/convolution_\(half)", norm("\(name)/batch_norm_\(half)", branch), stride: 1,
                padding: 1)
        }
        let shortcut =
            tensors["\(name)/shortcut/weight"] == nil
            ? x : convolution("\(name)/shortcut", x, stride: 1, padding: 0)
        return zip(shortcut, branch).map { zip($0, $1).map { $0 + 0.1 * $1 } }
    }

    private func averagePool(_ x: [[Double]], channels: Int) -> [[Double]] {
        x.map { x in
            let from = side([x], channels: channels)
            let to = from / 2
            return (0..<channels * to * to).map { k in
                let (channel, row, column) = (k / (to * to), k / to % to, k % to)
                let first = keepsSizes ? 0 : -1
                var (sum, count) = (0.0, 0.0)
                for r in 2 * row + first..<2 * row + first + 3 where (0..<from).contains(r) {
                    for c in 2 * column + first..<2 * column + first + 3 where (0..<from).contains(c) {
                        sum += x[(channel * from + r) * from + c]
                        count += 1
                    }
                }
                return sum / (keepsSizes ? count : 9)
            }
        }
    }

    /// Interpolates between the centres of pixels, which the map ends with on all sides.
    private func upsample(_ x: [[Double]], channels: Int) -> [[Double]] {
        x.map { x in
            let from = side([x], channels: channels)
            let to = 2 * from
            func place(_ k: Int) -> (low: Int, high: Int, share: Double) {
                let at = min(max((Double(k) + 0.5) / 2 - 0.5, 0), Double(from - 1))
                let low = Int(at)
                return (low, min(low + 1, from - 1), at - Double(low))
            }
            return (0..<channels * to * to).map { k in
                let (row, column) = (place(k / to % to), place(k % to))
                func pixel(_ r: Int, _ c: Int) -> Double { x[(k / (to * to) * from + r) * from + c] }
                let top =
                    pixel(row.low, column.low) * (1 - column.share) + pixel(row.low, column.high)
                    * column.share
                let bottom =
                    pixel(row.high, column.low) * (1 - column.share) + pixel(row.high, column.high)
                    * column.share
                return top * (1 - row.share) + bottom * row.share
            }
        }
    }
}
