import Drawing
import RunLog

/// The curves of a run: loss, divergences, metrics and schedule over the epochs of all phases.
struct Curves {
    private let report: TreeReport
    let bands: [LineChart.Band]

    init(_ report: TreeReport) {
        self.report = report
        let history = report.history
        let starts = history.indices.filter {
            $0 == 0 || history[$0].phaseIndex != history[$0 - 1].phaseIndex
        }
        bands = zip(starts, starts.dropFirst() + [history.count]).map { start, end in
            LineChart.Band(
                name: history[start].phase, epochs: start..<end, isSubtree: history[start].phase == "subtree")
        }
    }

    /// A chart and its heading.
    struct Titled {
        let title: String
        let unit: String
        let chart: LineChart
    }

    /// The charts that there are numbers for.
    var charts: [Titled] {
        func chart(
            _ title: String, _ unit: String, _ columns: [(EpochRecord.Column, String, Int)],
            _ change: (inout LineChart) -> Void = { _ in }
        ) -> Titled? {
            let series = columns.map { column, name, colour in
                LineChart.Series(
                    key: column.rawValue, name: name, colour: colour,
                    values: report.history.map { $0[column] })
            }
            guard series.contains(where: { $0.values.contains { $0?.isFinite == true } }) else { return nil }
            var chart = LineChart(
                key: columns[0].0.rawValue, series: series, bands: bands,
                marks: bands.filter(\.isSubtree).map(\.epochs.lowerBound))
            change(&chart)
            return Titled(title: title, unit: unit, chart: chart)
        }
        return [
            chart(
                "Loss", "nats a sample", [(.loss, "loss", 0), (.recLoss, "reconstruction", 3)]
            ) { $0.isLoss = true },
            chart(
                "Clustering", "of the data that training is followed on",
                [(.acc, "accuracy", 0), (.nmi, "NMI", 3)]
            ) {
                $0.fixedRange = 0...1
            },
            chart(
                "Divergences", "nats a sample, unweighted",
                [(.klNodes, "nodes", 0), (.klRoot, "root", 3), (.klDecisions, "decisions", 2)]
            ) { $0.isLoss = true },
            chart(
                "Contrastive terms", "part of the loss, weighted", [(.contrastive, "contrastive terms", 0)]),
            chart("Leaves", "of the tree in training", [(.leaves, "leaves", 0)]) { $0.isStepped = true },
            chart("Weight of the divergences", "alpha", [(.alpha, "alpha", 0)]) { $0.fixedRange = 0...1 },
            chart("Learning rate", "of the last step", [(.learningRate, "learning rate", 0)]) {
                $0.isLogarithmic = true
            },
        ].compactMap { $0 }
    }
}
