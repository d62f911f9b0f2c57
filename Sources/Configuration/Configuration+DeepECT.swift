extension Configuration {
    /// The deep embedded cluster tree (Mautz, Plant and Böhm, "Deep embedded cluster tree", 2019): an autoencoder, and a
    /// binary tree of centres in its embedding. It has the phase `initial`, in which the autoencoder alone is trained, and
    /// the phase `finetune`, in which both are. "DE" is the authors' script, "CP" ClustPy's implementation.
    public struct DeepECT: Codable, Equatable, Sendable {
        /// Widths of the encoder's hidden layers; the decoder has them in the other order. DE and CP: these.
        public var hidden = [500, 500, 2000]
        /// Dimensions of the embedding. DE and CP: 10.
        public var embedding = 10
        /// Share of the inputs that the autoencoder sees while it is trained alone; the others are 0. DE: 0.8; CP: 1.
        public var keptInputs = 0.8
        /// Learning rate of the phase `initial`; `nil` = ``Optimizer/learningRate``, as DE. CP: 1e-3.
        public var pretrainingRate: Double?
        /// Steps of the phase `finetune` between splits, until there are ``Growth/maxLeaves``. DE: 500.
        public var splitEvery = 500
        /// A node goes, with all below it, once its running number of samples a batch falls below this. DE and CP: 0.1.
        public var pruneBelow = 0.1
        /// How often two-means starts anew; the best result counts. DE and CP: 20.
        public var restarts = 20

        /// Shapes of the autoencoder's matrices, for samples of so many numbers.
        public func matrices(features: Int) -> [(rows: Int, columns: Int)] {
            let down = [features] + hidden + [embedding]
            let widths = down + down.dropLast().reversed()
            return zip(widths.dropFirst(), widths).map { ($0, $1) }
        }
    }
}
