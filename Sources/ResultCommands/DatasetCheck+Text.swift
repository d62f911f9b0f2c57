import CommandSupport
import Datasets
import Foundation
import Spelling
import Store

extension DatasetCheck {
    /// The summary that `prepare --check` prints.
    package var text: String {
        let shape = example.shape.map(String.init).joined(separator: "x")
        var lines = [
            "\(example.dataset.printable): all shards are whole; samples of \(shape), \(example.storedType), scale \(example.scale)"
        ]
        var others = example.ids == nil ? [] : ["ids"]
        if !example.featureNames.isEmpty { others.append("names of \(example.featureNames.count) features") }
        if !example.fineClassNames.isEmpty { others.append("\(example.fineClassNames.count) fine classes") }
        if !example.attributeNames.isEmpty { others.append("\(example.attributeNames.count) attributes") }
        if example.isCounts { others.append("library sizes") }
        if !others.isEmpty { lines.append("with " + others.joined(separator: ", ")) }
        for part in parts {
            let range = part.range.map {
                String(format: ", inputs from %.4g to %.4g", $0.lowerBound, $0.upperBound)
            }
            lines.append(
                "\(part.split.rawValue): \(part.count) samples in \(part.shards) shards\(range ?? "")")
            var classes = TextTable([.right, .right, .left])
            for (label, count) in part.classCounts.enumerated() {
                let name = label < example.classNames.count ? example.classNames[label] : ""
                classes.append(["  \(label)", String(count), name])
            }
            if !part.classCounts.isEmpty { lines.append(classes.text) }
        }
        return lines.joined(separator: "\n")
    }
}
