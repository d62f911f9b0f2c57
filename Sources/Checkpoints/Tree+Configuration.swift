import Configuration
import Topology
import TreeModel

extension Tree {
    /// The tree that a run starts with; what is not a tree stays so.
    package init(startOf configuration: Configuration) {
        switch configuration.model.kind {
        case .tree: self = configuration.growth.firstLeaves == 1 ? .root : Tree()
        case .vae, .deepect: self = .root
        case .ladderVae: self = .chain(levels: configuration.model.layers.count)
        }
    }
}
