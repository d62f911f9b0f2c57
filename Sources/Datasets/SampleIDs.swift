/// What tells each sample of a split from the others, and finds it again where it came from.
public enum SampleIDs: Sendable, Equatable {
    /// Row numbers in the source, from 0.
    case numbers([Int])
    /// Names: of files, of cells, of whatever a column of ids held.
    case texts([String])

    /// How many there are.
    public var count: Int {
        switch self {
        case .numbers(let numbers): numbers.count
        case .texts(let texts): texts.count
        }
    }

    /// The id of a sample as text.
    public subscript(sample: Int) -> String {
        switch self {
        case .numbers(let numbers): String(numbers[sample])
        case .texts(let texts): texts[sample]
        }
    }

    /// The ids of a range of samples.
    func rows(_ rows: Range<Int>) -> SampleIDs {
        switch self {
        case .numbers(let numbers): .numbers(Array(numbers[rows]))
        case .texts(let texts): .texts(Array(texts[rows]))
        }
    }

    /// Appends ids of the same kind.
    mutating func append(_ other: SampleIDs) {
        switch (self, other) {
        case (.numbers(var numbers), .numbers(let more)):
            self = .numbers([])
            numbers += more
            self = .numbers(numbers)
        case (.texts(var texts), .texts(let more)):
            self = .texts([])
            texts += more
            self = .texts(texts)
        default: preconditionFailure("numbers and texts are not mixed")
        }
    }
}
