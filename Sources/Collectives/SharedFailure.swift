/// An error that all ranks throw together, so that all can end in order and one speaks for all.
public protocol SharedFailure: Error {
    /// Whether this rank is the one that reports it.
    var isReporter: Bool { get }
    /// The status that every rank exits with.
    var exitStatus: Int32 { get }
}

extension SharedFailure {
    /// 1, as of any failure.
    public var exitStatus: Int32 { 1 }
}
