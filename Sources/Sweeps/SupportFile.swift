import Checkpoints
import Foundation
import Store
import TreeModel

/// The support of splits as a sweep writes it: lines of seed, node and share.
public struct SupportFile {
    static let heading = "seed,node,support"
    private let path: String
    /// By seed, then by node.
    private var shares: [Int: [Int: Double]] = [:]

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
        guard lines.first.map(String.init) == Self.heading else {
            throw TrainingError(
                "\(path):1: it does not begin with '\(Self.heading)', as the support.csv of a sweep does")
        }
        for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count == 3, let seed = Int(fields[0]), let node = Int(fields[1]),
                let share = Double(fields[2]), (0...1).contains(share)
            else {
                throw TrainingError("\(path):\(index + 1): '\(line)' is no seed, node and share".printable)
            }
            shares[seed, default: [:]][node] = share
        }
    }

    /// The support of a checkpoint's splits, by node.
    ///
    /// - Throws: ``TrainingError`` where the file is of other runs, or of another tree.
    public func shares(of header: CheckpointHeader) throws -> [Int: Double] {
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
        return shares
    }
}
