import Checkpoints
import Files
import Foundation

/// The support of a checkpoint's splits, from the sweep in whose directory the checkpoint lies.
public struct FoundSupport: Equatable, Sendable {
    /// By node, the share of the other runs that have its split; empty where nothing is known.
    public let shares: [Int: Double]
    /// What the user should know: where the shares are from, or why there are none; nil outside of sweeps.
    public let notice: String?

    /// Looks for `support.csv` beside a run's directory that is called `seed-N`.
    ///
    /// What is found is used only where it is of this very model: a run may have been trained anew since, and a
    /// checkpoint in its middle is another model than the one that the sweep compared.
    /// - Parameter path: where the checkpoint lies.
    public init(of header: CheckpointHeader, at path: String) {
        guard let sweep = SweepDirectory(ofRun: RunDirectory.run(of: path)),
            Directory.hasFile(sweep.support)
        else {
            (shares, notice) = ([:], nil)
            return
        }
        switch Result(catching: {
            try SupportFile(sweep.support).shares(of: header, requiresModel: true)
        }) {
        case .success(let found):
            shares = found
            notice = "support: \(sweep.support), of the sweep that the run is of; --support none for none"
        case .failure(let reason):
            shares = [:]
            notice = "no support: \(reason)"
        }
    }
}
