import Foundation

/// A vertical axis: its limits and its ticks.
package struct Axis {
    package let low: Double
    package let high: Double
    package let ticks: [Double]
    /// The largest value, where it lies beyond ``high``.
    package var peak: Double?

    /// Fixed limits.
    package init(_ low: Double, _ high: Double) {
        self.low = low
        self.high = high
        ticks = Self.ticks(low, high, about: 4)
    }

    /// Limits that leave some air around the values; a constant stands in the middle.
    package init(padding low: Double, _ high: Double, peak: Double?) {
        let air = high > low ? 0.05 * (high - low) : max(1e-6, abs(low) * 0.1)
        // What is never negative starts from zero where that costs little room.
        let start = low >= 0 && low < 0.35 * high ? 0 : low - air
        self.init(start, high + air)
        self.peak = peak
    }

    /// Whole powers of ten around the values, as logarithms.
    package init(logarithms low: Double, _ high: Double) {
        self.low = (low - 0.01).rounded(.down)
        self.high = max(self.low + 1, (high + 0.01).rounded(.up))
        ticks = Array(
            stride(from: self.low, through: self.high, by: max(1, ((self.high - self.low) / 5).rounded(.up))))
    }

    /// Round numbers between two limits.
    package static func ticks(_ low: Double, _ high: Double, about count: Int) -> [Double] {
        guard high > low, (high - low).isFinite else { return [low] }
        let rough = (high - low) / Double(count)
        let power = pow(10, floor(log10(rough)))
        let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? 10 * power
        let first = (low / step - 1e-9).rounded(.up)
        return (0...Int((high / step + 1e-9).rounded(.down) - first).clampedToZero).map {
            (first + Double($0)) * step
        }
    }

    /// A tick with as many decimals as tell it from the next.
    package func text(_ tick: Double) -> String {
        let step = ticks.count > 1 ? ticks[1] - ticks[0] : max(1, abs(tick))
        let decimals = max(0, min(6, Int((-log10(step) + 0.999).rounded(.down))))
        return String(format: "%.\(decimals)f", tick == 0 ? 0 : tick)
    }
}

extension Int {
    fileprivate var clampedToZero: Int { Swift.max(0, self) }
}
