import TreeModel

extension Oracle {
    /// d of the deepest level.
    func encoder(_ images: [[Double]]) -> [[Double]] {
        var x = images
        func block(_ layer: Int, stride: Int, padding: Int) {
            let name = "encoder/layer_\(layer)"
            x = norm(
                "\(name)/batch_norm", convolution("\(name)/convolution", x, stride: stride, padding: padding))
        }
        switch architecture.family {
        case .cnn1:
            for layer in 1...3 { block(layer, stride: 2, padding: 0) }
        case .cnnOmni:
            for layer in 1...5 { block(layer, stride: layer % 2 == 0 ? 2 : 1, padding: 1) }
            block(6, stride: 1, padding: 0)
        case .mlp:
            for layer in 1...4 { x = dense("encoder/layer_\(layer)", x) }
        }
        return x
    }

    /// What a leaf's decoder says of the sample.
    func decoder(_ name: String, _ z: [[Double]]) -> [[Double]] {
        var x = dense("\(name)/layer_1", z)
        func block(_ layer: Int, padding: Int) {
            let name = "\(name)/layer_\(layer)"
            x = norm("\(name)/batch_norm", convolution("\(name)/convolution", x, stride: 1, padding: padding))
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
            transposedBlock(4, padding: 0, outputPadding: 0)
            block(5, padding: 1)
            transposedBlock(6, padding: 0, outputPadding: 1)
            return convolution("\(name)/layer_7/convolution", x, stride: 1, padding: 1)
        case .mlp:
            for layer in 2...4 { x = dense("\(name)/layer_\(layer)", x) }
            return linear("\(name)/layer_5/linear", x)
        }
    }
}
