import Testing

/// The parent of all suites here that use files and whole trainings: they run one after the other.
@Suite(.serialized) struct BenchmarksTests {}
