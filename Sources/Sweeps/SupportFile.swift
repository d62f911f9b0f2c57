import Checkpoints
import Foundation
import Store
import TreeModel

/// The support of splits as a sweep writes it: lines of seed, node, share, and a digest of the model that they are of.
public struct SupportFile {
    static let heading = "seed,node,support,model"
    /// Of earlier releases.
    private static let shortHeading = "seed,node,support"
    private let path: String
    /// By seed, then by node.
    private var shares: [Int: [Int: Double]] = [:]
    /// By seed; empty in a file of an earlier release.
    private var models: [Int: Set<String>] = [:]

    /// Reads a file.
    ///
    /// - Throws: ``TrainingError`` saying what is wrong with which line.
    public init(_ path: String) throws {
        self.path = path
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw TrainingError(
                "\(path): it cannot be read as text; --support takes the support.csv of a sweep")
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let heading = lines.first.map(String.init)
        guard heading == Self.heading || heading == Self.shortHeading else {
            throw TrainingError(
                "\(path):1: it does not begin with '\(Self.heading)', as the support.csv of a sweep does")
        }
        let columns = heading == Self.heading ? 4 : 3
        for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count == columns, let seed = Int(fields[0]), let node = Int(fields[1]),
                let share = Double(fields[2]), (0...1).contains(share)
            else {
                throw TrainingError(
                    "\(path):\(index + 1): '\(line)' has no seed, node and share where they should be"
                        .printable)
            }
            shares[seed, default: [:]][node] = share
            if columns > 3 { models[seed, default: []].insert(String(fields[3])) }
        }
    }

    /// The support of a checkpoint's splits, by node.
    ///
    /// - Parameter requiresModel: whether it is an error that the file, of an earlier release, does not tell models apart.
    /// - Throws: ``TrainingError`` where the file is of other runs, or of another model.
    public func shares(of header: CheckpointHeader, requiresModel: Bool = false) throws -> [Int: Double] {
        let seed = header.configuration.seed
        let splits = Set(header.tree.nodes.filter(\.isSplit).map(\.id))
        if splits.isEmpty { return [:] }
        guard let shares = shares[seed] else {
            throw TrainingError("\(path): it says nothing of seed \(seed), which the checkpoint has")
        }
        guard Set(shares.keys) == splits else {
            throw TrainingError(
                "\(path): seed \(seed) has the splits \(shares.keys.sorted()) there and \(splits.sorted()) in the checkpoint: "
                    + "compare the runs again with sweep --table")
        }
        let model = models[seed]
        guard model == [header.courseDigest] || model == nil && !requiresModel else {
            let what =
                model == nil
                ? "it does not say which models it is of"
                : "its model of seed \(seed) is not that of the checkpoint"
            throw TrainingError("\(path): \(what): compare the runs again with sweep --table")
        }
        return shares
    }
}
