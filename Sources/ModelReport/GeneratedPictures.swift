import Checkpoints
import Kernels
import Layers
import TreeModel

/// What the leaves of a model make of draws from the prior whose walk by the generative routers ends in them. Where hardly any
/// does, of the draws of the last batch that most probably would.
struct GeneratedPictures<R: Scalar> {
    /// New samples of every leaf, breadth first, `[leaves][count]`, `[features]` each.
    private(set) var pictures: [[[R]]]
    /// Of each leaf, the sum of what it made of the draws whose walk ended there, and their number.
    private var sums: [(sum: [Double], count: Int)]

    /// Draws of a batch, at least as many as a sheet shows.
    private static var batchSize: Int { 64 }
    /// Batches of draws at most, and floating-point operations that they may take: some seconds.
    private static var mostBatches: Int { 16 }
    private static var mostOperations: Int { 200_000_000_000 }

    /// Draws; on one rank, nothing is exchanged.
    ///
    /// - Parameters:
    ///   - count: pictures of each leaf.
    ///   - seed: of the latents.
    init(of given: TreeVAE<R>, _ count: Int, seed: UInt64) throws {
        let leaves = given.tree.leaves
        var architecture = given.architecture
        // No posterior says here who may skip what.
        architecture.pathThreshold = 0
        let columns = Self.batchSize
        let model = TreeVAE<R>(
            architecture: architecture, tree: given.tree, columns: columns, training: false)
        model.arena.copyValues(from: given.arena) { $0 }
        let shape = BatchShape(columns: columns, globalColumns: columns)
        let means = Storage<R>(count: columns * architecture.features)
        pictures = Array(repeating: [], count: leaves.count)
        sums = leaves.map { _ in ([Double](repeating: 0, count: architecture.features), 0) }
        let batches = max(
            1, min(Self.mostBatches, Self.mostOperations / max(1, model.flops(training: false) * columns)))
        for batch in 0..<batches where pictures.contains(where: { $0.count < count }) {
            let draws = (batch * columns..<(batch + 1) * columns).map(Int32.init)
            var key = NoiseKey(seed: seed, epoch: 0, stream: .generation)
            try model.generate(shape, noise: key, samples: draws, temperature: 1)
            key.stream = .decisions
            let ends = model.topDown.walk(model.pass, key: key, samples: draws)
            let isLast = batch == batches - 1
            for (index, leaf) in leaves.enumerated() {
                let arrived = (0..<columns).filter { ends[$0] == leaf }
                let missing = count - pictures[index].count
                var chosen = Array(arrived.prefix(missing))
                if isLast, chosen.count < missing {
                    let reach = model.topDown.leafReach(leaf)
                    chosen += (0..<columns).filter { ends[$0] != leaf }
                        .sorted { (-reach[$0], $0) < (-reach[$1], $1) }.prefix(missing - chosen.count)
                }
                if chosen.isEmpty, arrived.isEmpty { continue }
                try model.topDown.copyMeans(of: leaf, columns: columns, into: means.pointer)
                func picture(_ column: Int) -> UnsafeBufferPointer<R> {
                    UnsafeBufferPointer(
                        start: means.pointer + column * architecture.features, count: architecture.features)
                }
                for column in arrived {
                    sums[index].count += 1
                    for (feature, value) in picture(column).enumerated() {
                        sums[index].sum[feature] += Double(value)
                    }
                }
                pictures[index] += chosen.map { Array(picture($0)) }
            }
        }
    }

    /// The mean of what some leaves, by their places, together made of draws; nil where no walk ended in one of them.
    func mean(of leaves: [Int]) -> [R]? {
        let count = leaves.reduce(0) { $0 + sums[$1].count }
        guard count > 0, let features = sums.first?.sum.count else { return nil }
        return (0..<features).map { feature in
            R(leaves.reduce(0) { $0 + sums[$1].sum[feature] } / Double(count))
        }
    }
}
