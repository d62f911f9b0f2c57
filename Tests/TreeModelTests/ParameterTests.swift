import Networks
import Testing
import Topology

@testable import TreeModel

/// Numbers of parameters of the authors' PyTorch implementation, for the settings of every data set.
@Suite struct ParameterTests {
    struct Published: Sendable, CustomTestStringConvertible {
        var name: String
        var family: Architecture.Family
        var inputShape: [Int]
        var latent: [Int]
        var layers: [Int]
        /// Parameters of a root with two leaves, of ten leaves, of a subtree; encoder and decoder.
        var rootAndTwo: Int
        var tenLeaves: Int
        var subtree: Int
        var encoder: Int
        var decoder: Int
        /// Parameters of the heads for contrastive training, and of their variance heads, which no loss reads.
        var projections = 0
        var deadProjections = 0

        static let projectionsOfTheReference = 3_808_000

        var testDescription: String { name }

        /// Mean and variance heads of every bottom-up layer, and the variance heads of projections, which no loss reads: the
        /// reference has them, we have not.
        var deadHeads: Int {
            zip(layers, latent).dropFirst().reduce(deadProjections) { $0 + 2 * ($1.0 * $1.1 + $1.1) }
        }
        /// Hidden layers of 512, the least width, and projections of 64, the latent size.
        var contrastive: ContrastiveSettings? {
            guard projections > 0 else { return nil }
            return ContrastiveSettings(
                weight: 100, temperature: 0.5, routerTemperature: 1, combination: .published, hidden: 512,
                projections: latent)
        }
        var architecture: Architecture {
            Architecture(
                family: family, inputShape: inputShape, latent: latent, layers: layers,
                batchNorm: .init(momentum: 0.9, epsilon: 1e-5, slope: 0.3), initialisation: .fanIn,
                contrastive: contrastive)
        }
    }

    static let published = [
        Published(
            name: "MNIST, Fashion-MNIST", family: .cnn1, inputShape: [1, 28, 28],
            latent: Array(repeating: 8, count: 6), layers: Array(repeating: 128, count: 6),
            rootAndTwo: 181_324,
            tenLeaves: 749_604, subtree: 79_796, encoder: 5_944, decoder: 8_761),
        Published(
            name: "Omniglot", family: .cnnOmni, inputShape: [1, 28, 28],
            latent: Array(repeating: 8, count: 6),
            layers: Array(repeating: 128, count: 6), rootAndTwo: 2_137_892, tenLeaves: 7_929_148,
            subtree: 1_385_540, encoder: 656_768, decoder: 661_633),
        Published(
            name: "20 Newsgroups", family: .mlp, inputShape: [2000], latent: Array(repeating: 4, count: 7),
            layers: Array(repeating: 128, count: 7), rootAndTwo: 4_527_098, tenLeaves: 16_622_474,
            subtree: 2_967_234, encoder: 1_452_800, decoder: 1_455_312),
        // The width of the deepest level is another than that of all others.
        Published(
            name: "CIFAR", family: .cnn2, inputShape: [3, 32, 32], latent: Array(repeating: 64, count: 6),
            layers: [4096, 512, 512, 512, 512, 512], rootAndTwo: 10_975_016, tenLeaves: 27_501_136,
            subtree: 2_976_968, encoder: 645_216, decoder: 911_203, projections: 3_611_008,
            deadProjections: 196_992),
        Published(
            name: "CelebA", family: .cnn2, inputShape: [3, 64, 64], latent: Array(repeating: 64, count: 6),
            layers: [4096, 512, 512, 512, 512, 512], rootAndTwo: 14_518_568, tenLeaves: 40_494_160,
            subtree: 5_339_336, encoder: 1_826_400, decoder: 2_092_387, projections: 3_611_008,
            deadProjections: 196_992),
    ]

    @Test(arguments: published) func countsAreThoseOfTheReference(_ published: Published) {
        let architecture = published.architecture
        #expect(architecture.problem == nil)
        let two = TreeVAE<Float>(architecture: architecture, tree: Tree(), columns: 1, training: true)
        func count(_ prefix: String) -> Int {
            two.arena.parameters.filter { $0.name.hasPrefix(prefix) }.reduce(0) { $0 + $1.count }
        }
        #expect(count("encoder/") == published.encoder)
        #expect(count("node_001/decoder/") == published.decoder)
        #expect(count("projection/") == published.projections)
        #expect(
            published.projections == 0
                || published.projections + published.deadProjections == Published.projectionsOfTheReference)
        #expect(two.arena.count + published.deadHeads == published.rootAndTwo)
        // Outside of training there are no heads.
        let evaluated = TreeVAE<Float>(architecture: architecture, tree: Tree(), columns: 1, training: false)
        #expect(evaluated.arena.count == two.arena.count - published.projections)

        // Any tree whose leaves are above the deepest level, whose width may be another.
        var tree = Tree()
        for leaf in [1, 2, 3, 4, 5, 6, 7, 8] { _ = tree.split(leaf) }
        #expect(tree.leaves.count == 10 && tree.depth == 4)
        let ten = TreeVAE<Float>(architecture: architecture, tree: tree, columns: 1, training: true)
        #expect(ten.arena.count + published.deadHeads == published.tenLeaves)

        let subtree = Subtree<Float>(
            architecture: architecture, growing: Tree(), at: 1, weightsReconstruction: false, columns: 1)
        #expect(subtree.arena.count == published.subtree)
    }
}
