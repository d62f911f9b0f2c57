import Batches
import Checkpoints
import Collectives
import Datasets
import Inference
import Kernels
import Report
import Topology
import TreeModel

/// Sums over the samples of each leaf, feature by feature: what words, genes or columns of a table tell about a node.
///
/// Counts are normalised first: those of a sample are multiplied so that they add up to what a sample has on average.
/// Otherwise a node of samples with many counts would have more of everything.
struct FeatureSums {
    private let leaves: [Int]
    private let counts: [Int]
    /// Values and their squares, `[features, leaves]`.
    private var sums: [Double]
    private var squares: [Double]
    /// Values that are there, `[features, leaves]`; nil where none may be missing.
    private var known: [Double]?
    /// Values that are not zero, and values below zero.
    private var tally: [Int64] = [0, 0]
    private let names: [String]
    /// What means are undone by, so that they are told in the units of their columns.
    private let standardisation: Standardisation?

    /// Features named of a node at most.
    private static var most: Int { 12 }

    /// Sums up all samples; collective.
    init<R: Scalar>(_ evaluator: Evaluator<R>, of dataset: Dataset, _ survey: LeafSurvey) throws {
        leaves = survey.clustering.leaves
        counts = survey.clustering.leafCounts
        names = dataset.featureNames
        standardisation = dataset.standardisation
        let (features, width) = (dataset.features - dataset.covariates, leaves.count)
        let factors = dataset.librarySizes.map { sizes in
            let mean = sizes.reduce(0, +) / Double(max(1, sizes.count))
            return sizes.map { $0 > 0 ? mean / $0 : 0 }
        }
        var sums = [Double](repeating: 0, count: features * width)
        var squares = sums
        var known = dataset.mayMiss ? sums : []
        var (nonzero, negative): (Int64, Int64) = (0, 0)
        try survey.assignments.withUnsafeBufferPointer { assignments in
            try sums.withUnsafeMutableBufferPointer { sums in
                try squares.withUnsafeMutableBufferPointer { squares in
                    try evaluator.forEachBatch(of: dataset, selection: dataset.allSamples) {
                        batch in
                        let (values, stride) = (evaluator.model.images, batch.shape.stride)
                        for feature in 0..<features {
                            for (column, sample) in batch.places.enumerated() {
                                let stored = Double(values[feature * stride + column])
                                let place = feature * width + Int(assignments[sample])
                                if dataset.mayMiss {
                                    if stored.isNaN { continue }
                                    known[place] += 1
                                }
                                if stored == 0 { continue }
                                let value = stored * (factors?[sample] ?? 1)
                                sums[place] += value
                                squares[place] += value * value
                                nonzero += 1
                                if value < 0 { negative += 1 }
                            }
                        }
                    }
                }
            }
        }
        let communicator = evaluator.communicator
        var tally = [nonzero, negative]
        try communicator.sum(&sums, purpose: "sums of features")
        try communicator.sum(&squares, purpose: "squares of features")
        try communicator.sum(&tally, purpose: "signs of features")
        if dataset.mayMiss { try communicator.sum(&known, purpose: "values that are there") }
        self.known = dataset.mayMiss ? known : nil
        self.sums = sums
        self.squares = squares
        self.tally = tally
    }

    private var features: Int { sums.count / max(1, leaves.count) }
    private var samples: Int { counts.reduce(0, +) }

    /// Whether values are like those of texts: nowhere negative, and mostly zero.
    private var isSparse: Bool {
        tally[1] == 0 && 2 * tally[0] < Int64(samples) * Int64(features)
    }

    /// Tells every node what its samples have more of than all have, where the data are sparse as words are, and what
    /// tells them from those of the sibling.
    func describe(_ nodes: inout [TreeReport.Node], in tree: Tree) {
        func name(_ feature: Int) -> String { feature < names.count ? names[feature] : "feature \(feature)" }
        func shown(_ mean: Double, _ feature: Int) -> Double {
            standardisation?.restored(mean, feature: feature) ?? mean
        }
        let all = tree.nodes.map { moments(below: $0.id, in: tree) }
        for node in tree.nodes where all[node.id].count > 0 {
            let mine = all[node.id]
            if isSparse {
                nodes[node.id].features = mine.distinctive(among: all[0], most: Self.most).map {
                    feature in
                    TreeReport.Node.Feature(
                        name: name(feature), mean: shown(mine.means[feature], feature),
                        overall: shown(all[0].means[feature], feature))
                }
            }
            guard let parent = node.parent,
                let sibling = tree.nodes[parent].children.first(where: { $0 != node.id }),
                all[sibling].count > 0
            else { continue }
            let theirs = all[sibling]
            nodes[node.id].contrasts = mine.contrasts(with: theirs, most: Self.most).map {
                feature, difference in
                TreeReport.Node.Contrast(
                    name: name(feature), mean: shown(mine.means[feature], feature),
                    siblingMean: shown(theirs.means[feature], feature),
                    difference: difference)
            }
        }
    }

    /// Means and variances of the samples below a node.
    private func moments(below node: Int, in tree: Tree) -> FeatureMoments {
        let columns = leaves.indices.filter { tree.isAncestor(node, of: leaves[$0]) }
        let count = columns.reduce(0) { $0 + counts[$1] }
        var means = [Double](repeating: 0, count: features)
        var variances = means
        for feature in 0..<features {
            var (sum, square, number) = (0.0, 0.0, known == nil ? Double(count) : 0)
            for column in columns {
                number += known?[feature * leaves.count + column] ?? 0
                sum += sums[feature * leaves.count + column]
                square += squares[feature * leaves.count + column]
            }
            let scale = 1 / max(1, number)
            means[feature] = sum * scale
            variances[feature] = max(0, square * scale - means[feature] * means[feature])
        }
        return FeatureMoments(count: count, means: means, variances: variances)
    }
}
