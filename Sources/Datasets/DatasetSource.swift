/// The samples of two data sets in memory, each a split.
public struct DatasetSource: SampleSource {
    private let parts: [(split: Split, dataset: Dataset)]
    /// What all samples have in common.
    public let schema: SampleSchema

    /// A source of two data sets, which must agree in all but their samples and labels.
    public init(train: Dataset, test: Dataset) {
        parts = [(.train, train), (.test, test)]
        let identity: SampleSchema.Identity
        switch (train.ids, test.ids) {
        case (.texts(let texts), .texts(let more)): identity = .texts(texts + more)
        default: identity = .numbers
        }
        schema = SampleSchema(
            name: train.name, source: train.source, shape: train.shape,
            element: train.bytes == nil ? .floats : .bytes, scale: train.scale, identity: identity,
            isLabelled: train.labels != nil, classNames: train.classNames)
    }

    /// The samples of the first data set, then those of the second.
    public var division: SampleDivision {
        .given(parts.flatMap { Array(repeating: $0.split, count: $0.dataset.count) })
    }

    /// Hands the samples out as they are.
    public func deliver(to sink: (SampleBlock) throws -> Void) throws {
        let step = SampleBlock.rows(of: schema)
        for (_, dataset) in parts {
            for start in stride(from: 0, to: dataset.count, by: step) {
                try sink(dataset.block(start..<min(start + step, dataset.count)))
            }
        }
    }
}

extension Dataset {
    /// A range of samples.
    fileprivate func block(_ rows: Range<Int>) -> SampleBlock {
        func copy<Value>(_ start: UnsafePointer<Value>) -> [Value] {
            Array(
                UnsafeBufferPointer(start: start + rows.lowerBound * features, count: rows.count * features))
        }
        let values: SampleBlock.Values
        if let bytes {
            values = .bytes(copy(bytes))
        } else if let floats {
            values = .floats(copy(floats))
        } else {
            preconditionFailure("samples are bytes or floats")
        }
        return SampleBlock(
            values, ids: ids.rows(rows), labels: labels.map { Array($0[rows]) } ?? [])
    }
}
