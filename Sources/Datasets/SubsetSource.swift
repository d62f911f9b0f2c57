/// Some of a source's samples: those of some classes, so many of those that are trained on, or both.
public struct SubsetSource: SampleSource {
    private let source: any SampleSource
    /// For each sample of the source whether it is wanted.
    private let isWanted: [Bool]
    /// New labels, by old one; empty where all classes stay.
    private let labels: [Int32: Int32]
    public let schema: SampleSchema
    public let division: SampleDivision

    public var notices: [String] { source.notices }

    /// Looks through the labels, if classes are chosen.
    ///
    /// - Parameters:
    ///   - classes: names of classes, or their numbers where they have none, in the order of their new labels; nil for all.
    ///   - trainCount: so many samples of the training split, drawn by chance; nil for all.
    ///   - testFraction: of a source that is not divided.
    ///   - seed: decides which samples are for tests, and which are drawn.
    /// - Throws: ``DatasetError`` where there is no such class, or there are fewer samples.
    public init(
        _ source: any SampleSource, classes: [String]?, trainCount: Int?, testFraction: Double, seed: UInt64
    ) throws {
        self.source = source
        var schema = source.schema
        var splits = source.division.splits(testFraction: testFraction, seed: seed)
        var isWanted = [Bool](repeating: true, count: splits.count)
        var labels: [Int32: Int32] = [:]
        if let classes {
            guard schema.isLabelled else {
                throw DatasetError(
                    schema.source, "its samples have no labels", advice: "leave --classes out")
            }
            for (new, name) in classes.enumerated() {
                let old = schema.classNames.isEmpty ? Int(name) : schema.classNames.firstIndex(of: name)
                guard let old, labels.updateValue(Int32(new), forKey: Int32(old)) == nil else {
                    throw DatasetError(
                        schema.source,
                        old == nil ? "there is no class \(name)" : "the class \(name) is named twice",
                        advice: schema.classNames.isEmpty
                            ? "classes are numbers here"
                            : "there are \(schema.classNames.joined(separator: ", "))")
                }
            }
            var next = 0
            try source.deliver { block in
                for label in block.labels {
                    isWanted[next] = labels[label] != nil
                    next += 1
                }
            }
            schema.classNames = classes
        }
        if let trainCount {
            let there = splits.indices.filter { isWanted[$0] && splits[$0] == .train }
            guard trainCount <= there.count else {
                throw DatasetError(
                    schema.source, "there are \(there.count) samples to train on, not \(trainCount)",
                    advice: "ask for fewer with --train-count")
            }
            // Selection sampling (Knuth, volume 2, algorithm S): all subsets are equally likely.
            var generator = SplitMix64(seed: seed)
            var (left, wanted) = (there.count, trainCount)
            for sample in there {
                let isDrawn = Int.random(in: 0..<left, using: &generator) < wanted
                isWanted[sample] = isDrawn
                left -= 1
                if isDrawn { wanted -= 1 }
            }
        }
        splits = splits.indices.filter { isWanted[$0] }.map { splits[$0] }
        self.isWanted = isWanted
        self.labels = labels
        self.schema = schema
        division = .given(splits)
    }

    public func deliver(to sink: (SampleBlock) throws -> Void) throws {
        var done = 0
        try source.deliver { block in
            // More samples than there were are for whoever counts them.
            let rows = (0..<block.count).filter { done + $0 >= isWanted.count || isWanted[done + $0] }
            done += block.count
            guard !rows.isEmpty else { return }
            var part = block.rows(rows)
            if !labels.isEmpty { part.labels = part.labels.map { labels[$0] ?? 0 } }
            try sink(part)
        }
    }
}

extension SampleBlock {
    /// Some of the samples.
    fileprivate func rows(_ rows: [Int]) -> SampleBlock {
        func rowsOf<Element>(_ all: [Element]) -> [Element] {
            let width = all.count / max(1, count)
            return rows.flatMap { all[$0 * width..<($0 + 1) * width] }
        }
        let values: Values =
            switch values {
            case .bytes(let bytes): .bytes(rowsOf(bytes))
            case .floats(let floats): .floats(rowsOf(floats))
            }
        let ids: SampleIDs =
            switch ids {
            case .numbers(let numbers): .numbers(rows.map { numbers[$0] })
            case .texts(let texts): .texts(rows.map { texts[$0] })
            }
        var part = SampleBlock(values, ids: ids, labels: rowsOf(labels))
        part.fineLabels = rowsOf(fineLabels)
        part.attributes = rowsOf(attributes)
        return part
    }
}
