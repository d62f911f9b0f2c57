/// How long a rank may wait in one collective operation.
public struct StallLimits: Sendable, Equatable {
    /// Seconds until a warning; 0 for none.
    public var warning: Double
    /// Seconds until the job is ended; 0 for never.
    public var abort: Double

    /// Limits in seconds.
    public init(warning: Double = 60, abort: Double = 1800) {
        self.warning = warning
        self.abort = abort
    }

    /// Limits from `TREEVAE_STALL_WARN_SECONDS` and `TREEVAE_STALL_ABORT_SECONDS`, where they are set.
    ///
    /// - Throws: ``LaunchError`` if one of them is not a number of seconds.
    public init(environment: [String: String]) throws(LaunchError) {
        self.init()
        warning = try Self.seconds("TREEVAE_STALL_WARN_SECONDS", environment) ?? warning
        abort = try Self.seconds("TREEVAE_STALL_ABORT_SECONDS", environment) ?? abort
    }

    static func seconds(
        _ name: String, _ environment: [String: String]
    ) throws(LaunchError) -> Double? {
        guard let text = environment[name] else { return nil }
        guard let value = Double(text), value >= 0, value.isFinite else {
            throw .badSeconds(variable: name, value: text)
        }
        return value
    }
}
