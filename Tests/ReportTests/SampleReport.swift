import ClusterMetrics
import Foundation
import RunLog

@testable import Report

/// Made-up reports of trees of any size.
enum SampleReport {
    /// A grey pixel.
    static let png = [UInt8](
        Data(
            base64Encoded:
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCB+3sZjwAAAABJRU5ErkJggg=="
        )!)

    /// A tree in which the leaf with the smallest identifier splits, until there are so many leaves.
    static func tree(leaves: Int) -> [[Int]] {
        var children: [[Int]] = [[]]
        var next = 0
        while (children.count + 1) / 2 < leaves {
            children[next] = [children.count, children.count + 1]
            children += [[], []]
            next += 1
        }
        return children
    }

    /// Samples fall evenly into leaves; class k % classes is alone in leaf k but for one sample.
    static func make(leaves: Int, classes: Int = 4, epochs: Int = 12) -> TreeReport {
        let children = tree(leaves: leaves)
        let layout = TreeLayout(children: children)
        var parents = [Int?](repeating: nil, count: children.count)
        for (node, below) in children.enumerated() { for child in below { parents[child] = node } }
        var counts = [[Int]](repeating: [Int](repeating: 0, count: classes), count: children.count)
        for (place, leaf) in layout.leaves.enumerated() where classes > 0 {
            counts[leaf][place % classes] += 99
            counts[leaf][(place + 1) % classes] += 1
        }
        for node in children.indices.reversed() {
            for child in children[node] {
                for label in 0..<classes { counts[node][label] += counts[child][label] }
            }
        }
        func below(_ node: Int) -> Int {
            children[node].isEmpty ? 1 : children[node].reduce(0) { $0 + below($1) }
        }
        let nodes = children.indices.map { id in
            TreeReport.Node(
                id: id, parent: parents[id], children: children[id], depth: layout.depths[id],
                samples: 100 * below(id), classCounts: classes > 0 ? counts[id] : [])
        }
        return TreeReport(
            dataset: "sample", part: "test split", samples: 100 * leaves,
            classes: (0..<classes).map { "class \($0)" }, nodes: nodes,
            scores: classes > 0 ? scores : nil,
            history: (0..<epochs).map { record($0, of: epochs, labelled: classes > 0) },
            growth: growth(leaves: leaves), facts: [.init("Checkpoint", "model.h5")],
            configuration: "seed: 1\n")
    }

    /// With pictures on every leaf, each of `side` pixels.
    static func pictures(leaves: Int, classes: Int = 4, side: Int = 28, count: Int = 8) -> TreeReport {
        var report = make(leaves: leaves, classes: classes)
        func sheet(_ count: Int) -> PictureSheet {
            PictureSheet(columns: min(8, count), count: count, width: side, height: side, png: png)
        }
        for leaf in report.leaves {
            report.nodes[leaf].data = sheet(count)
            report.nodes[leaf].generated = sheet(count)
        }
        return report
    }

    /// With everything that a page may show, as `report` finds it of pictures: inner nodes, more pictures on request,
    /// latents, the ELBO and the log-likelihood, support, the leaf of every sample.
    static func whole(leaves: Int, classes: Int = 4) -> TreeReport {
        var report = pictures(leaves: leaves, classes: classes, count: 16)
        for id in report.nodes.indices {
            report.nodes[id].plane = TreeReport.Node.Plane(
                points: (0..<300).map { UInt8(truncatingIfNeeded: $0 * (id + 7)) }, shares: [0.6, 0.2])
            if report.nodes[id].isLeaf {
                report.nodes[id].more = TreeReport.Node.NamedPictures(
                    sheet: PictureSheet(columns: 8, count: 24, width: 28, height: 28, png: png),
                    ids: (0..<24).map { "sample \(id)-\($0)" })
            } else {
                report.nodes[id].data = PictureSheet(columns: 8, count: 8, width: 28, height: 28, png: png)
                report.nodes[id].generated = PictureSheet(
                    columns: 1, count: 1, width: 28, height: 28, png: png)
                report.nodes[id].support = 0.75
            }
        }
        report.plottedLabels = (0..<100).map { $0 % max(1, classes) }
        report.bound = TreeReport.Bound(
            elbo: -96.71234, error: 0.25, reconstruction: 80.4, klRoot: 2.5, klNodes: 12.25,
            klDecisions: 1.56234,
            likelihood: .init(published: -92.5, bound: -93.25, draws: 100))
        let order = report.leaves
        report.members = TreeReport.Members(
            ids: [], leaves: (0..<report.samples).map { order[$0 / 100] })
        return report
    }

    /// With words on every node, as texts have them.
    static func words(leaves: Int) -> TreeReport {
        var report = make(leaves: leaves)
        for id in report.nodes.indices {
            report.nodes[id].features = (0..<12).map {
                .init(name: "word\(id)x\($0)", mean: 0.5 / Double($0 + 1), overall: 0.01)
            }
            if id > 0 {
                report.nodes[id].contrasts = [
                    .init(name: "the", mean: 0.1, siblingMean: 0.3, difference: -0.8)
                ]
            }
        }
        return report
    }

    private static var scores: ClusterScores {
        var table = ContingencyTable(labelCount: 2, leafCount: 2)
        for index in 0..<20 { table.add(label: index % 2, leaf: index == 0 ? 1 : index % 2) }
        do {
            return ClusterScores(table, over: try Hierarchy(parents: [nil, 0, 0], leaves: [1, 2]))
        } catch {
            preconditionFailure("a root and two leaves are a hierarchy: \(error)")
        }
    }

    private static func growth(leaves: Int) -> [GrowthStep] {
        guard leaves > 1 else { return [] }
        return (2...leaves).map { count in
            let children = tree(leaves: count)
            let leaf = count - 2
            return GrowthStep(
                record: count == 2
                    ? nil
                    : GrowthRecord(
                        kind: .split, leaf: leaf, samples: 50, effectiveLeaves: count - 1, epochs: 4),
                children: children, new: count == 2 ? [] : children[leaf])
        }
    }

    /// A third each of an initial, a subtree and a final phase.
    private static func record(_ index: Int, of epochs: Int, labelled: Bool) -> EpochRecord {
        let phase = min(2, index * 3 / max(1, epochs))
        return EpochRecord(
            phase: ["initial", "subtree", "finetune"][phase], phaseIndex: phase, growthStep: 0, epoch: index,
            leaves: 2 + phase, loss: 100 - Double(index), recLoss: 90, klRoot: 1,
            klNodes: index == 1 ? .nan : 2,
            klDecisions: 0.1, alpha: 0.5, learningRate: 1e-3, seconds: 1, samplesPerSecond: 100,
            acc: labelled ? 0.5 : nil, nmi: labelled ? 0.25 : nil)
    }
}
