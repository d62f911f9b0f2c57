import Networks
import Topology
import TreeModel

/// What the authors' PyTorch implementation calls the tensors of a model.
///
/// Its modules are lists: `bottom_up.0` is the encoder, `bottom_up.i` the layer behind it, `contrastive_mlp.i` the
/// projection head of a level, and `transformations`,
/// `denses`, `decisions` (the generative routers), `decisions_q` (the inference routers) and `decoders` have an entry
/// for each node, breadth first. Shapes and the order of values are ours.
struct ReferenceNames {
    let family: Architecture.Family
    /// Place of each node in the reference's lists: breadth first.
    let places: [Int]

    init(_ model: Architecture, _ tree: Tree) {
        family = model.family
        var places = Array(repeating: 0, count: tree.nodes.count)
        for (place, node) in tree.breadthFirst.enumerated() { places[node] = place }
        self.places = places
    }

    /// A module of a node: its list in the reference, and what its layers are called.
    private var nodeModules: [String: (list: String, layers: [String: String])] {
        [
            "transformation": ("transformations", Self.dense),
            "dense": ("denses", Self.dense),
            "generative_router": ("decisions", Self.router),
            "inference_router": ("decisions_q", Self.router),
            "decoder": ("decoders", decoder),
        ]
    }

    /// The reference's name of one of our tensors, `node_003/decoder/layer_2/batch_norm/scale`.
    func name(of tensor: String) -> String {
        let parts = tensor.split(separator: "/").map(String.init)
        let value = Self.values[parts.last!] ?? parts.last!
        func name(_ module: String, layers: [String: String], from start: Int) -> String {
            let layer = parts[start..<parts.count - 1].joined(separator: "/")
            guard let theirs = layers[layer] else { preconditionFailure("the reference has no \(tensor)") }
            return "\(module).\(theirs).\(value)"
        }
        switch parts[0] {
        case "encoder": return name("bottom_up.0", layers: encoder, from: 1)
        case "bottom_up":
            return name("bottom_up.\(Self.number(of: parts[1]))", layers: Self.dense, from: 2)
        case "projection":
            return name("contrastive_mlp.\(Self.number(of: parts[1]))", layers: Self.projection, from: 2)
        default:
            guard let module = nodeModules[parts[1]] else {
                preconditionFailure("the reference has no \(tensor)")
            }
            return name("\(module.list).\(places[Self.number(of: parts[0])])", layers: module.layers, from: 2)
        }
    }

    /// `node_007`, `layer_3`: the number.
    private static func number(of part: String) -> Int { Int(part.drop { $0 != "_" }.dropFirst())! }

    // MARK: Layers, ours and theirs

    private static let values = ["scale": "weight", "shift": "bias", "running_variance": "running_var"]

    private static let dense = ["linear": "dense1", "batch_norm": "bn1", "mu": "mu", "sigma": "sigma"]

    private static let projection = ["hidden/linear": "dense1", "hidden/batch_norm": "bn1", "output": "mu"]

    private static let router = [
        "dense_1/linear": "dense1", "dense_1/batch_norm": "bn1", "dense_2/linear": "dense2",
        "dense_2/batch_norm": "bn2", "logit": "dense3",
    ]

    private var encoder: [String: String] {
        switch family {
        case .cnn1: Self.layers(1...3, convolution: { "cnn\($0 - 1)" }, norm: { "bn\($0 - 1)" })
        case .cnnOmni: Self.layers(1...6, convolution: { "cnns.\($0 - 1)" }, norm: { "bns.\($0 - 1)" })
        case .mlp: Self.denseLayers
        case .cnn2:
            Self.residual.merging(["layer_1/convolution": "conv_img", "output/batch_norm": "bn0"]) { $1 }
        }
    }

    private var decoder: [String: String] {
        switch family {
        case .cnn1:
            Self.layers(2...4, convolution: { "cnn\($0 - 1)" }, norm: { "bn\($0 - 1)" })
                .merging(Self.first) { $1 }
        case .cnnOmni:
            Self.layers(2...7, convolution: { "cnns.\($0 - 2)" }, norm: { "bns.\($0 - 2)" })
                .merging(Self.first) { $1 }
        case .mlp: Self.denseLayers
        case .cnn2:
            Self.residual.merging([
                "layer_1/linear": "fc", "output/batch_norm": "bn0", "output/convolution": "conv_img",
            ]) { $1 }
        }
    }

    /// The dense layer that a decoder of convolutions begins with.
    private static let first = ["layer_1/linear": "dense", "layer_1/batch_norm": "bn"]

    private static let denseLayers = Dictionary(
        uniqueKeysWithValues: (1...5).flatMap {
            [("layer_\($0)/linear", "dense\($0)"), ("layer_\($0)/batch_norm", "bn\($0)")]
        })

    private static func layers(
        _ numbers: ClosedRange<Int>, convolution: (Int) -> String, norm: (Int) -> String
    ) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: numbers.flatMap {
                [("layer_\($0)/convolution", convolution($0)), ("layer_\($0)/batch_norm", norm($0))]
            })
    }

    /// Blocks of up to 64x64 pixels; the reference's list has a pooling or an upsampling between two of them.
    private static let residual = Dictionary(
        uniqueKeysWithValues: (1...5).flatMap { block in
            [
                "batch_norm_1": "bn0", "convolution_1": "conv_0", "batch_norm_2": "bn1",
                "convolution_2": "conv_1", "shortcut": "conv_s",
            ].map { ("block_\(block)/\($0)", "resnet.\(2 * (block - 1)).\($1)") }
        })
}
