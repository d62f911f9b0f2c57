import Foundation

/// Curves over the epochs of a run, as SVG.
package struct LineChart {
    /// One curve.
    package struct Series {
        /// Key of the numbers: the column of the history.
        package let key: String
        package let name: String
        /// Colour, a number of the palette.
        package let colour: Int
        /// One value an epoch; nil or not finite where nothing was measured.
        package let values: [Double?]

        /// A curve.
        package init(key: String, name: String, colour: Int, values: [Double?]) {
            (self.key, self.name, self.colour, self.values) = (key, name, colour, values)
        }
    }

    /// The epochs of one phase, and what it is called.
    package struct Band {
        package let name: String
        package let epochs: Range<Int>
        /// Whether it trains two new leaves alone.
        package let isSubtree: Bool

        /// The epochs of a phase.
        package init(name: String, epochs: Range<Int>, isSubtree: Bool) {
            (self.name, self.epochs, self.isSubtree) = (name, epochs, isSubtree)
        }
    }

    package let key: String
    package let series: [Series]
    package let bands: [Band]
    /// Epochs before which the tree changed.
    package let marks: [Int]
    /// Limits of the vertical axis where they are fixed.
    package var fixedRange: ClosedRange<Double>?
    /// Whether values change in steps rather than along lines.
    package var isStepped = false
    /// Whether the vertical axis holds logarithms to base ten.
    package var isLogarithmic = false
    /// Whether it is one of the losses, which the page shows on such an axis on request.
    package var isLoss = false

    /// Curves over the phases of a run.
    package init(key: String, series: [Series], bands: [Band], marks: [Int]) {
        (self.key, self.series, self.bands, self.marks) = (key, series, bands, marks)
    }

    private static let (width, height) = (420.0, 236.0)
    private static let (left, right, top, bottom) = (48.0, 10.0, 18.0, 26.0)

    private var epochs: Int { max(1, bands.last?.epochs.upperBound ?? 1) }
    private func x(_ epoch: Double) -> Double {
        Self.left + (Self.width - Self.left - Self.right) * epoch / Double(epochs)
    }

    /// The largest value, where the curve runs off the top.
    package var peak: Double? { axis.peak }

    /// The drawing.
    package var svg: String {
        let axis = axis
        func y(_ value: Double) -> Double {
            let scaled = isLogarithmic ? log10(value) : value
            return Self.height - Self.bottom
                - (Self.height - Self.top - Self.bottom) * (scaled - axis.low) / (axis.high - axis.low)
        }
        let clip = "clip-\(key)"
        let inner: KeyValuePairs<String, (any CustomStringConvertible)?> = [
            "x": Self.left, "y": Self.top, "width": Self.width - Self.left - Self.right,
            "height": Self.height - Self.top - Self.bottom,
        ]
        var parts = [
            Markup.element("clipPath", ["id": clip], Markup.element("rect", inner)),
            Markup.element("g", ["class": "phases"], phases),
            Markup.element("g", ["class": "grid"], grid(axis, y)),
        ]
        parts.append(
            Markup.element(
                "g", ["clip-path": "url(#\(clip))"],
                series.map { curve($0, y) }.joined()))
        parts.append(Markup.element("g", ["class": "marks"], marks.map(mark).joined()))
        parts.append(
            Markup.element("line", ["class": "cross", "y1": Self.top, "y2": Self.height - Self.bottom]))
        return Markup.element(
            "svg",
            [
                "class": "chart-drawing",
                "viewBox": "0 0 \(Markup.number(Self.width)) \(Markup.number(Self.height))",
                "role": "application", "aria-roledescription": "chart", "tabindex": 0,
                "aria-label": series.map(\.name).joined(separator: ", ")
                    + ": arrow keys tell the values of an epoch",
                "data-left": Self.left, "data-right": Self.width - Self.right, "data-top": Self.top,
                "data-bottom": Self.height - Self.bottom,
                "data-range": fixedRange.map { "\($0.lowerBound) \($0.upperBound)" },
                "data-logarithmic": isLogarithmic ? "" : nil, "data-loss": isLoss ? "" : nil,
                "data-stepped": isStepped ? "" : nil,
                "data-series": series.map(\.key).joined(separator: " "),
            ], parts.joined())
    }

    /// A growth step: a dashed line with a triangle on top.
    private func mark(_ epoch: Int) -> String {
        let x = Markup.number(x(Double(epoch)))
        let (top, bottom) = (Markup.number(Self.top), Markup.number(Self.height - Self.bottom))
        return Markup.element("path", ["class": "mark", "d": "M\(x) \(top)V\(bottom)"])
            + Markup.element("path", ["class": "mark-head", "d": "M\(x) \(top)l-4 -7h8z"])
    }

    /// Shades under the phases that train two new leaves alone, and the names of phases that have room for one.
    private var phases: String {
        bands.map { band in
            let (x1, x2) = (x(Double(band.epochs.lowerBound)), x(Double(band.epochs.upperBound)))
            var parts = ""
            if band.isSubtree {
                parts += Markup.element(
                    "rect",
                    [
                        "class": "shade", "x": x1, "y": Self.top, "width": x2 - x1,
                        "height": Self.height - Self.top - Self.bottom,
                    ])
            }
            if !band.isSubtree, Double(band.name.count) * 5.6 < x2 - x1 {
                parts += Markup.element(
                    "text", ["x": (x1 + x2) / 2, "y": 10, "class": "phase", "text-anchor": "middle"],
                    Markup.escape(band.name))
            }
            return parts
        }.joined()
    }

    private func grid(_ axis: Axis, _ y: (Double) -> Double) -> String {
        var parts = ""
        for tick in axis.ticks {
            let value = isLogarithmic ? pow(10, tick) : tick
            let y = y(value)
            parts += Markup.element(
                "line",
                ["class": "grid-line", "x1": Self.left, "x2": Self.width - Self.right, "y1": y, "y2": y])
            parts += Markup.element(
                "text", ["class": "tick", "x": Self.left - 6, "y": y + 4, "text-anchor": "end"],
                isLogarithmic ? Wording.value(value) : axis.text(tick))
        }
        for tick in Axis.ticks(0, Double(epochs), about: 5) where tick == tick.rounded() {
            parts += Markup.element(
                "text",
                [
                    "class": "tick", "x": x(tick), "y": Self.height - Self.bottom + 16,
                    "text-anchor": "middle",
                ],
                Wording.count(Int(tick)))
        }
        return parts
    }

    /// One path a phase: losses of different phases are not of one kind, and are not joined.
    private func curve(_ series: Series, _ y: (Double) -> Double) -> String {
        // More points than the drawing has pixels show nothing.
        let every = max(1, epochs / 1500)
        var path = ""
        for band in bands {
            var isOpen = false
            for epoch in band.epochs {
                guard let value = series.values[epoch], value.isFinite, !isLogarithmic || value > 0 else {
                    isOpen = false
                    continue
                }
                guard (epoch - band.epochs.lowerBound) % every == 0 || epoch == band.epochs.upperBound - 1
                else {
                    continue
                }
                let (x, y) = (Markup.number(x(Double(epoch) + 0.5)), Markup.number(y(value)))
                if isStepped {
                    let (start, end) = (x0(epoch), x0(epoch + 1))
                    path += isOpen ? "V\(y)H\(end)" : "M\(start) \(y)H\(end)"
                } else {
                    // A point of its own shows as a dot: its line has no length, but round ends.
                    path += isOpen ? "L\(x) \(y)" : "M\(x) \(y)L\(x) \(y)"
                }
                isOpen = true
            }
        }
        return Markup.element("path", ["class": "curve \(Palette.name(series.colour))", "d": path])
    }

    private func x0(_ epoch: Int) -> String { Markup.number(x(Double(epoch))) }

    private var axis: Axis {
        if let fixedRange { return Axis(fixedRange.lowerBound, fixedRange.upperBound) }
        let values = series.flatMap { $0.values.compactMap { $0 } }.filter {
            $0.isFinite && (!isLogarithmic || $0 > 0)
        }
        .sorted()
        guard let low = values.first, let high = values.last else { return Axis(0, 1) }
        if isLogarithmic { return Axis(logarithms: log10(low), log10(high)) }
        // The first epochs of a run lose far more than all later ones: they may run off the top.
        let usual = values[min(values.count - 1, values.count * 97 / 100)]
        let isSteep = high - low > 2.5 * (usual - low) && usual > low
        return Axis(padding: low, isSteep ? usual + 0.15 * (usual - low) : high, peak: isSteep ? high : nil)
    }
}
