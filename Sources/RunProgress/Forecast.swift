/// The time left as it is shown: what was shown before, drawn towards the latest estimate.
///
/// An estimate changes at once where a phase begins whose epochs cost other than was thought. What is shown follows within
/// a tenth of the time left, so that a clock on it goes faster or slower and does not leap.
package struct Forecast {
    /// When the run is said to end, and when that was said last, in seconds on one clock.
    private var shown: (end: Double, said: Double)?

    /// Share of the time left within which an estimate is followed.
    private static let inertia = 0.1

    /// Seconds left to be shown.
    ///
    /// - Parameters:
    ///   - estimate: seconds left as they are estimated now; nil while unknown.
    ///   - now: seconds on a clock that never goes back.
    package mutating func secondsLeft(_ estimate: Double?, now: Double) -> Double? {
        guard let estimate, estimate.isFinite else { return nil }
        guard let (end, said) = shown else {
            shown = (now + estimate, now)
            return estimate
        }
        let step = min(1, (now - said) / max(1e-9, Self.inertia * estimate))
        let next = end + step * (now + estimate - end)
        shown = (next, now)
        return max(0, next - now)
    }
}
