/// How much a run tells on standard error while it goes on.
public enum Verbosity: Sendable {
    /// Nothing but errors.
    case quiet
    /// The bar on a terminal and a line for each phase; elsewhere a line for each epoch. Decisions of growth.
    case normal
    /// A line for each epoch everywhere, and what else takes time.
    case verbose
}
