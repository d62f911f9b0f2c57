import Drawing
import Foundation
import RunLog

/// What the page's script needs: nodes and curves as numbers.
struct PageData: Encodable {
    /// A node, without the pictures that the page holds anyway.
    struct Entry: Encodable {
        let parent: Int?
        let children: [Int]
        let depth: Int
        let samples: Int
        let classes: [Int]
        let support: Double?
        let features: [TreeReport.Node.Feature]
        let contrasts: [TreeReport.Node.Contrast]
        let attributes: [Double]
        let data: Sheet?
        let generated: Sheet?
        let more: MorePictures?
        let plane: Plane?
    }

    /// Pictures in a sheet.
    struct Sheet: Encodable {
        let columns: Int
        let rows: Int
        let width: Int
        let height: Int

        init(_ sheet: PictureSheet) {
            (columns, rows) = (sheet.columns, sheet.rows)
            (width, height) = (sheet.width, sheet.height)
        }
    }

    /// Pictures that are shown on request: their sheet, its address, and the ids of their samples.
    struct MorePictures: Encodable {
        let sheet: Sheet
        let address: String
        let ids: [String]
    }

    /// Places and probabilities of samples as base64, and the components' shares of the variance.
    struct Plane: Encodable {
        let points: String
        let shares: [Double]
    }

    /// Ids, and leaves as base64 of two bytes each, the lower first.
    struct Members: Encodable {
        let ids: [String]
        let leaves: String
    }

    /// The epochs of a phase.
    struct Band: Encodable {
        let name: String
        let start: Int
        let end: Int
        let subtree: Bool
    }

    let dataset: String
    let samples: Int
    let classes: [String]
    let attributes: [String]
    let shares: [Double]
    let nodes: [Entry]
    let labels: [Int]
    let members: Members?
    let phases: [String]
    let bands: [Band]
    /// By column of the history, rounded to what a tip shows; null where nothing was measured.
    let history: [String: [Double?]]
    /// Style of a drawing that is saved.
    let style: String

    init(_ report: TreeReport) {
        dataset = report.dataset
        samples = report.samples
        classes = report.classes
        attributes = report.attributes
        shares = report.attributeShares.map(Self.rounded)
        nodes = report.nodes.map(Self.entry)
        labels = report.plottedLabels
        members = report.members.map { members in
            Members(
                ids: members.ids,
                leaves: Base64.text(members.leaves.flatMap { [UInt8($0 & 255), UInt8($0 >> 8 & 255)] }))
        }
        phases = report.history.map(\.phase)
        let curves = Curves(report)
        bands = curves.bands.map {
            Band(name: $0.name, start: $0.epochs.lowerBound, end: $0.epochs.upperBound, subtree: $0.isSubtree)
        }
        var history: [String: [Double?]] = [:]
        for chart in curves.charts {
            for series in chart.chart.series {
                history[series.key] = series.values.map {
                    $0.flatMap { $0.isFinite ? Self.rounded($0) : nil }
                }
            }
        }
        self.history = history
        style = TreeDrawing.style(classes: report.classes.count)
    }

    private static func entry(_ node: TreeReport.Node) -> Entry {
        Entry(
            parent: node.parent, children: node.children, depth: node.depth, samples: node.samples,
            classes: node.classCounts, support: node.support,
            features: node.features.map {
                TreeReport.Node.Feature(name: $0.name, mean: rounded($0.mean), overall: rounded($0.overall))
            },
            contrasts: node.contrasts.map {
                TreeReport.Node.Contrast(
                    name: $0.name, mean: rounded($0.mean), siblingMean: rounded($0.siblingMean),
                    difference: rounded($0.difference))
            },
            attributes: node.attributeShares.map(rounded),
            data: node.data.map(Sheet.init), generated: node.generated.map(Sheet.init),
            more: node.more.map {
                MorePictures(sheet: Sheet($0.sheet), address: Base64.dataURI(png: $0.sheet.png), ids: $0.ids)
            },
            plane: node.plane.map { Plane(points: Base64.text($0.points), shares: $0.shares.map(rounded)) })
    }

    /// Five significant digits.
    private static func rounded(_ value: Double) -> Double { Double(String(format: "%.5g", value)) ?? value }

    /// One object, in which nothing ends a script element.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
            .replacingOccurrences(of: "<", with: "\\u003c")
    }
}
