import Foundation
import RunLog

/// What the page's script needs: nodes and curves as numbers.
struct PageData: Encodable {
    /// A node, without its pictures.
    struct Entry: Encodable {
        let parent: Int?
        let children: [Int]
        let samples: Int
        let classes: [Int]
        let features: [TreeReport.Node.Feature]
        let contrasts: [TreeReport.Node.Contrast]
        let attributes: [Double]
        let sheet: Sheet?
    }

    /// Pictures in a sheet.
    struct Sheet: Encodable {
        let columns: Int
        let rows: Int
        let width: Int
        let height: Int
    }

    let samples: Int
    let classes: [String]
    let attributes: [String]
    let shares: [Double]
    let nodes: [Entry]
    let phases: [String]
    /// By column of the history, rounded to what a tip shows; null where nothing was measured.
    let history: [String: [Double?]]

    init(_ report: TreeReport) {
        samples = report.samples
        classes = report.classes
        attributes = report.attributes
        shares = report.attributeShares.map(Self.rounded)
        nodes = report.nodes.map { node in
            Entry(
                parent: node.parent, children: node.children, samples: node.samples,
                classes: node.classCounts,
                features: node.features.map {
                    TreeReport.Node.Feature(
                        name: $0.name, mean: Self.rounded($0.mean), overall: Self.rounded($0.overall))
                },
                contrasts: node.contrasts.map {
                    TreeReport.Node.Contrast(
                        name: $0.name, mean: Self.rounded($0.mean), siblingMean: Self.rounded($0.siblingMean),
                        difference: Self.rounded($0.difference))
                },
                attributes: node.attributeShares.map(Self.rounded),
                sheet: (node.data ?? node.generated).map {
                    Sheet(columns: $0.columns, rows: $0.rows, width: $0.width, height: $0.height)
                })
        }
        phases = report.history.map(\.phase)
        var history: [String: [Double?]] = [:]
        for chart in Curves(report).charts {
            for series in chart.chart.series {
                history[series.key] = series.values.map {
                    $0.flatMap { $0.isFinite ? Self.rounded($0) : nil }
                }
            }
        }
        self.history = history
    }

    /// Five significant digits.
    private static func rounded(_ value: Double) -> Double { Double(String(format: "%.5g", value)) ?? value }

    /// One object, in which nothing ends a script element.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
            .replacingOccurrences(of: "<", with: "\\u003c")
    }
}
