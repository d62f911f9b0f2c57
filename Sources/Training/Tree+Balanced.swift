import Checkpoints
import Configuration
import Networks
import Topology
import TreeModel

extension Tree {
    /// A tree of `leaves` leaves, level after level from the left; fewer where a full tree of depth `deepest`
    /// has fewer. A stand-in for trees of that size: what they cost depends little on their form.
    package init(balanced leaves: Int, deepest: Int) {
        self.init()
        while self.leaves.count < leaves, let leaf = self.leaves.first(where: { nodes[$0].depth < deepest }) {
            _ = split(leaf)
        }
    }

    /// A stand-in for what a run trains when it has so many leaves; what is not a tree has one leaf always.
    init(standIn leaves: Int, for configuration: Configuration, of architecture: Architecture) {
        switch configuration.model.kind {
        case .tree: self.init(balanced: leaves, deepest: architecture.deepestLevel)
        case .vae, .ladderVae, .deepect: self.init(startOf: configuration)
        }
    }

    /// The balanced tree of exactly `leaves` leaves.
    /// - Throws: ``TrainingError`` where the architecture has too few levels for it.
    package init(leaves: Int, of architecture: Architecture) throws {
        self.init(balanced: leaves, deepest: architecture.deepestLevel)
        guard self.leaves.count == leaves else {
            throw TrainingError(
                "there is no tree of \(leaves) leaves: model.layers has \(architecture.layers.count) levels, which "
                    + "allow 2 to \(1 << architecture.deepestLevel)")
        }
    }
}
