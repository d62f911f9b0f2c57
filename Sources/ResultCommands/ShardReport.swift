import CommandSupport
import Datasets
import Foundation
import RunLog

/// What `inspect` says of a shard.
struct ShardReport: Encodable {
    struct Class: Encodable {
        let name: String
        let count: Int
    }
    struct Histogram: Encodable {
        let low: Double
        let high: Double
        let mean: Double
        let zeroShare: Double
        let nonFinite: Int
        let counts: [Int]

        enum CodingKeys: String, CodingKey {
            case low, high, mean, zeroShare = "zero_share", nonFinite = "non_finite", counts
        }
    }
    let format = ShardSummary.format
    let dataset: String
    let source: String
    let split: String?
    let count: Int
    let shape: [Int]
    let type: String
    let scale: Double
    let classes: [Class]
    let fineClasses: [String]
    let attributes: [String]
    let featureNames: [String]
    let hasIDs: Bool
    let isCounts: Bool
    let histogram: Histogram?

    private let summary: ShardSummary
    private let values: ValueHistogram?

    enum CodingKeys: String, CodingKey {
        case format, dataset, source, split, count, shape, type, scale, classes, attributes, histogram
        case fineClasses = "fine_classes"
        case featureNames = "feature_names"
        case hasIDs = "has_ids"
        case isCounts = "is_counts"
    }

    /// Reads a shard whole.
    /// - Throws: `StoreError` or `DatasetError` where it is damaged.
    init(_ path: String) throws {
        let line = WorkLine()
        summary = try ShardSummary(path)
        values = try ValueHistogram(path) {
            line.update($0.stage, done: $0.done, of: $0.total, unit: $0.unit)
        }
        dataset = summary.dataset
        source = summary.source
        split = summary.split
        count = summary.count
        shape = summary.shape
        type = summary.storedType
        scale = summary.scale
        classes = zip(summary.classNames, summary.classCounts).map { Class(name: $0, count: $1) }
        fineClasses = summary.fineClassNames
        attributes = summary.attributeNames
        featureNames = summary.featureNames
        hasIDs = summary.ids != nil
        isCounts = summary.isCounts
        histogram = values.map {
            Histogram(
                low: $0.range.lowerBound, high: $0.range.upperBound, mean: $0.mean, zeroShare: $0.zeroShare,
                nonFinite: $0.nonFiniteCount, counts: $0.counts)
        }
    }

    /// The same for people.
    var text: String {
        var facts = TextTable([.left, .left])
        facts.append(["shard", summary.path])
        facts.append(["data", "\(dataset)\(split.map { ", split \($0)" } ?? "")"])
        if !source.isEmpty { facts.append(["source", source]) }
        facts.append([
            "samples",
            "\(count) of \(shape.map(String.init).joined(separator: "x")), \(type), scale \(scale)",
        ])
        facts.append(["ids", summary.ids.map { "\($0.first) to \($0.last)" } ?? "none"])
        for (what, names) in [
            ("features", featureNames), ("fine labels", fineClasses), ("attributes", attributes),
        ]
        where !names.isEmpty {
            let some = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", ..." : "")
            facts.append([what, "\(names.count): \(some)"])
        }
        if isCounts { facts.append(["values", "counts, with library sizes"]) }
        facts.append(["classes", classes.isEmpty ? "no labels" : String(classes.count)])
        var table = TextTable([.left, .right])
        for one in classes { table.append(["  " + one.name, String(one.count)]) }
        return [facts.text, table.text, histogramText].filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var histogramText: String {
        guard let values else { return "" }
        var table = TextTable([.right, .right, .left])
        let most = values.counts.max() ?? 1
        for (bin, count) in values.counts.enumerated() {
            // A part that has any is seen.
            let length = (40 * count + most - 1) / most
            table.append([
                "  from " + String(format: "%.4g", values.lowerBound(of: bin)), String(count),
                String(repeating: "#", count: length),
            ])
        }
        let head = String(
            format: "inputs from %.4g to %.4g, mean %.4g, %.1f %% zeros", values.range.lowerBound,
            values.range.upperBound, values.mean, 100 * values.zeroShare)
        let bad = values.nonFiniteCount > 0 ? ", \(values.nonFiniteCount) not finite" : ""
        return "\(head)\(bad)\n\(table.text)"
    }
}
