/// How fast a run goes, learnt from its epochs: `seconds = a * decodings + b * epochs`, least squares, neither negative.
package struct Pace {
    private var epochs = 0.0
    private var decodings = 0.0
    private var squares = 0.0
    private var seconds = 0.0
    private var products = 0.0

    /// Counts an epoch that is done.
    ///
    /// - Parameter duration: its seconds, everything included until the next one began.
    package mutating func add(_ epoch: WorkEstimate.Work, seconds duration: Double) {
        epochs += 1
        decodings += epoch.decodings
        squares += epoch.decodings * epoch.decodings
        seconds += duration
        products += epoch.decodings * duration
    }

    /// Predicted seconds; nil before an epoch is done.
    package func seconds(for work: WorkEstimate.Work) -> Double? {
        guard decodings > 0 else { return nil }
        let determinant = epochs * squares - decodings * decodings
        let slope = (epochs * products - decodings * seconds) / determinant
        let offset = (squares * seconds - decodings * products) / determinant
        // Epochs that are all alike do not tell the two apart.
        guard determinant > 1e-6 * epochs * squares, slope > 0, offset > 0 else {
            return work.decodings * seconds / decodings
        }
        return slope * work.decodings + offset * work.epochs
    }
}
