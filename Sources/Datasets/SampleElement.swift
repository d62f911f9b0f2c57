import Store

/// What samples are held as: bytes, or 32-bit floats.
protocol SampleElement: HDF5Scalar {
    /// Reads rows of a shard's samples into `buffer`, `[rows.count, features]`.
    static func read(
        _ dataset: HDF5Dataset, rows: Range<Int>, into buffer: UnsafeMutableBufferPointer<Self>) throws
}

extension UInt8: SampleElement {
    static func read(
        _ dataset: HDF5Dataset, rows: Range<Int>, into buffer: UnsafeMutableBufferPointer<UInt8>
    ) throws {
        try dataset.read(into: buffer, rows: rows)
    }
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
}
