/// Rows with a covariate for each batch behind their values: 1 of the batch that the row is of, 0 of the others.
struct CovariateColumns: RowReader {
    private let rows: any RowReader
    private let features: Int
    private let codes: [Int32]
    private let batches: Int
    private let one: UInt8

    /// - Parameters:
    ///   - features: values of a row without the covariates.
    ///   - codes: the batch of each row.
    ///   - count: how many batches there are.
    ///   - one: what stands for 1 among bytes.
    init(of rows: any RowReader, features: Int, codes: [Int32], count: Int, one: UInt8) {
        (self.rows, self.features, self.codes, batches, self.one) = (rows, features, codes, count, one)
    }

    var count: Int { rows.count }

    func forEachBlock(of step: Int, _ body: (SampleBlock.Values) throws -> Void) throws {
        var first = 0
        func extended<Value: Numeric>(_ values: [Value], one: Value) -> [Value] {
            var result: [Value] = []
            result.reserveCapacity(values.count / features * (features + batches))
            for row in 0..<values.count / features {
                result += values[row * features..<(row + 1) * features]
                let code = first + row < codes.count ? codes[first + row] : -1
                result += (0..<batches).map { $0 == Int(code) ? one : 0 }
            }
            first += values.count / features
            return result
        }
        try rows.forEachBlock(of: step) { values in
            switch values {
            case .bytes(let bytes): try body(.bytes(extended(bytes, one: one)))
            case .floats(let floats): try body(.floats(extended(floats, one: 1)))
            }
        }
    }
}

/// Some columns of rows.
struct SomeColumns: RowReader {
    private let rows: any RowReader
    private let features: Int
    private let columns: [Int]

    /// - Parameter features: values of a whole row.
    init(of rows: any RowReader, features: Int, columns: [Int]) {
        (self.rows, self.features, self.columns) = (rows, features, columns)
    }

    var count: Int { rows.count }

    func forEachBlock(of step: Int, _ body: (SampleBlock.Values) throws -> Void) throws {
        func chosen<Value>(_ values: [Value]) -> [Value] {
            stride(from: 0, to: values.count, by: features).flatMap { start in
                columns.map { values[start + $0] }
            }
        }
        try rows.forEachBlock(of: step) { values in
            switch values {
            case .bytes(let bytes): try body(.bytes(chosen(bytes)))
            case .floats(let floats): try body(.floats(chosen(floats)))
            }
        }
    }
}
