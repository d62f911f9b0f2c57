extension SampleSchema {
    /// A block without samples.
    var emptyBlock: SampleBlock {
        let ids: SampleIDs = if case .numbers = identity { .numbers([]) } else { .texts([]) }
        return SampleBlock(element == .bytes ? .bytes([]) : .floats([]), ids: ids)
    }
}

extension SampleBlock {
    /// Appends a range of another block's samples. Both must be what the schema says.
    mutating func append(_ other: SampleBlock, rows: Range<Int>, of schema: SampleSchema) {
        let elements = rows.lowerBound * schema.features..<rows.upperBound * schema.features
        switch (values, other.values) {
        case (.bytes(var bytes), .bytes(let more)):
            values = .bytes([])
            bytes += more[elements]
            values = .bytes(bytes)
        case (.floats(var floats), .floats(let more)):
            values = .floats([])
            floats += more[elements]
            values = .floats(floats)
        default: preconditionFailure("bytes and floats are not mixed")
        }
        ids.append(other.ids.rows(rows))
        if schema.isLabelled { labels += other.labels[rows] }
        if !schema.fineClassNames.isEmpty { fineLabels += other.fineLabels[rows] }
        let width = schema.attributeNames.count
        attributes += other.attributes[rows.lowerBound * width..<rows.upperBound * width]
    }

    /// The smallest and the largest value of a block with samples, which must all be finite and, where they are
    /// counts, whole and not negative.
    /// - Throws: ``DatasetError`` naming the first value that is not.
    func validatedRange(_ schema: SampleSchema) throws(DatasetError) -> ClosedRange<Double> {
        switch values {
        case .bytes(let bytes): return Double(bytes.min() ?? 0)...Double(bytes.max() ?? 0)
        case .floats(let floats):
            func isValid(_ value: Float) -> Bool {
                if value.isNaN { return schema.mayMiss }
                return value.isFinite && (!schema.isCounts || (value >= 0 && value.rounded() == value))
            }
            guard let index = floats.firstIndex(where: { !isValid($0) }) else {
                // A missing value is no extreme.
                let low = floats.reduce(Float.infinity) { $1 < $0 ? $1 : $0 }
                let high = floats.reduce(-Float.infinity) { $1 > $0 ? $1 : $0 }
                return low <= high ? Double(low)...Double(high) : 0...0
            }
            let feature = index % schema.features
            let name =
                schema.featureNames.isEmpty ? "feature \(feature)" : "'\(schema.featureNames[feature])'"
            throw DatasetError(
                schema.source,
                "sample \(ids[index / schema.features]) has the value \(floats[index]) at \(name), "
                    + (floats[index].isFinite ? "which is not a count" : "which is not a finite number"),
                advice: "remove or mend that sample")
        }
    }

    /// The sum of each sample's values, `[count]`.
    /// - Parameter covariates: so many of the last features do not count.
    func sums(features: Int, without covariates: Int) -> [Double] {
        func sums<Value>(_ values: [Value], _ number: (Value) -> Double) -> [Double] {
            stride(from: 0, to: values.count, by: features).map { start in
                values[start..<start + features - covariates].reduce(0) { $0 + number($1) }
            }
        }
        switch values {
        case .bytes(let bytes): return sums(bytes) { Double($0) }
        case .floats(let floats): return sums(floats) { Double($0) }
        }
    }
}
