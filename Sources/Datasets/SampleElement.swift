import Store

/// What samples are held as: bytes, or 32-bit floats.
protocol SampleElement: HDF5Scalar, Numeric {
    /// Reads rows of a shard's samples into `buffer`, `[rows.count, features]`.
    static func read(
        _ dataset: HDF5Dataset, rows: Range<Int>, into buffer: UnsafeMutableBufferPointer<Self>) throws

    /// The value as a multiple of a standard deviation; bytes have no such values and stay as they are.
    func standardised(mean: Double, deviation: Double) -> Self
}

extension SampleElement {
    /// Reads rows of a shard's samples as features into `buffer`, `[rows.count, map.features]`.
    static func read(
        _ dataset: HDF5Dataset, rows: Range<Int>, as map: FeatureMap,
        into buffer: UnsafeMutableBufferPointer<Self>
    ) throws {
        guard !map.isIdentity else { return try read(dataset, rows: rows, into: buffer) }
        guard let target = buffer.baseAddress else { return }
        // Some mebibytes at a time: the rows of a file may be wider than what is made of them.
        let step = max(1, (1 << 20) / map.width)
        let piece = UnsafeMutableBufferPointer<Self>.allocate(capacity: min(step, rows.count) * map.width)
        defer { piece.deallocate() }
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: step) {
            let part = start..<min(start + step, rows.upperBound)
            try read(
                dataset, rows: part,
                into: UnsafeMutableBufferPointer(rebasing: piece[..<(part.count * map.width)]))
            guard let source = piece.baseAddress else { return }
            map.apply(source, count: part.count, into: target + (start - rows.lowerBound) * map.features)
        }
    }
}

extension UInt8: SampleElement {
    static func read(
        _ dataset: HDF5Dataset, rows: Range<Int>, into buffer: UnsafeMutableBufferPointer<UInt8>
    ) throws {
        try dataset.read(into: buffer, rows: rows)
    }

    func standardised(mean: Double, deviation: Double) -> UInt8 { self }
}

extension Float: SampleElement {
    /// 64-bit floats, numpy's default, are rounded to 32 bits a few rows at a time.
    static func read(
        _ dataset: HDF5Dataset, rows: Range<Int>, into buffer: UnsafeMutableBufferPointer<Float>
    ) throws {
        if dataset.storedType.converts(to: .float32) {
            try dataset.read(into: buffer, rows: rows)
            return
        }
        let step = max(1, (1 << 18) / max(1, dataset.rowCount))
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: step) {
            let values = try dataset.read(rows: start..<min(start + step, rows.upperBound), as: Double.self)
            let target = (start - rows.lowerBound) * dataset.rowCount
            for (offset, value) in values.enumerated() { buffer[target + offset] = Float(value) }
        }
    }
    func standardised(mean: Double, deviation: Double) -> Float { Float((Double(self) - mean) / deviation) }
}
