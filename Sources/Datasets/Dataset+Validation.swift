extension Dataset {
    /// Requires every input, a stored value times ``scale``, to be in [0, 1].
    /// - Parameter user: what is defined only there, for the message.
    /// - Throws: ``DatasetError`` naming the file, the row and the value of the first that is not; `StoreError` where
    ///   samples that stay in their files cannot be read.
    public func validateUnitInterval(for user: String = "the Bernoulli likelihood") throws {
        let mayMiss = mayMiss
        try validate("outside [0, 1], where \(user) is defined") {
            $0 >= 0 && $0 <= 1 || mayMiss && $0.isNaN
        }
    }

    /// Requires the inputs of some features, by their places, to be in [0, 1].
    /// - Throws: as ``validateUnitInterval(for:)``.
    public func validateUnitInterval(of places: [Int]) throws {
        let mayMiss = mayMiss
        try validate("outside [0, 1], but model.binary names the feature", of: Set(places)) {
            $0 >= 0 && $0 <= 1 || mayMiss && $0.isNaN
        }
    }

    /// Requires every input to be a number whose square a single-precision number can hold many times over, as sums of
    /// squared deviations need it.
    /// - Throws: as ``validateUnitInterval(for:)``.
    public func validateMagnitude() throws {
        let mayMiss = mayMiss
        try validate("not a number of a magnitude below \(Self.largestMagnitude)") {
            abs($0) < Self.largestMagnitude || mayMiss && $0.isNaN
        }
    }

    private static var largestMagnitude: Float { 1e15 }

    /// Requires every input to be a whole number of at least 0, as a likelihood of counts does.
    /// - Throws: as ``validateUnitInterval(for:)``.
    public func validateCounts() throws {
        try validate("no count, for which the negative binomial likelihood is defined") {
            $0 >= 0 && $0.isFinite && $0 == $0.rounded()
        }
    }

    /// - Parameter places: features that are looked at; nil for all.
    private func validate(_ problem: String, of places: Set<Int>? = nil, _ isValid: (Float) -> Bool) throws {
        let factor = Float(scale)
        func fail(at index: Int, _ value: Float) throws(DatasetError) {
            let row = index / features
            let file = files.last { $0.firstRow <= row }
            throw DatasetError(
                file.map { "/x in \($0.path)" } ?? name,
                "value \(value) in row \(row - (file?.firstRow ?? 0)), column \(index % features) is \(problem)",
                advice: "rescale the data, or set the attribute 'scale' or another likelihood")
        }
        // Bytes have 256 possible values. Where all of these are valid, no sample needs to be looked at.
        let valid = (0...255).map { isValid(Float($0) * factor) }
        let anyByteIsValid = valid.allSatisfy { $0 }
        func check(_ bytes: UnsafePointer<UInt8>?, _ floats: UnsafePointer<Float>?, rows: Range<Int>) throws {
            let first = rows.lowerBound * features
            if let bytes, !anyByteIsValid {
                for index in 0..<rows.count * features
                where !valid[Int(bytes[index])] && places?.contains(index % features) != false {
                    try fail(at: first + index, Float(bytes[index]) * factor)
                }
            } else if let floats {
                for index in 0..<rows.count * features
                where !isValid(floats[index] * factor) && places?.contains(index % features) != false {
                    try fail(at: first + index, floats[index] * factor)
                }
            }
        }
        guard let stored else { return try check(bytes, floats, rows: 0..<count) }
        if stored.isBytes, anyByteIsValid { return }
        let reader = SampleReader(stored)
        let block = RowBlock(stored)
        for (start, end) in zip(stored.pieces, stored.pieces.dropFirst()) {
            try reader.read(Array(start..<end), into: block)
            try check(block.bytes, block.floats, rows: Int(start)..<Int(end))
        }
    }
}
