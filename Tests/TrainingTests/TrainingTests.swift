import Testing

/// The parent of all suites here: whole trainings, one after the other, since two at once would only share the cores.
@Suite(.serialized) struct TrainingTests {}
