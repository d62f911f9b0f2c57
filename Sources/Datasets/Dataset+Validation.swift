extension Dataset {
    /// Requires every input, a stored value times ``scale``, to be in [0, 1], as a Bernoulli likelihood does.
    /// - Throws: ``DatasetError`` naming the file, the row and the value of the first that is not.
    public func validateUnitInterval() throws(DatasetError) {
        try validate("outside [0, 1], where the Bernoulli likelihood is defined") { $0 >= 0 && $0 <= 1 }
    }

    /// Requires every input to be a finite number, as any likelihood does.
    /// - Throws: ``DatasetError`` naming the file, the row and the value of the first that is not.
    public func validateFinite() throws(DatasetError) {
        try validate("not a finite number") { $0.isFinite }
    }

    /// Requires every input to be a whole number of at least 0, as a likelihood of counts does.
    /// - Throws: ``DatasetError`` naming the file, the row and the value of the first that is not.
    public func validateCounts() throws(DatasetError) {
        try validate("no count, for which the negative binomial likelihood is defined") {
            $0 >= 0 && $0.isFinite && $0 == $0.rounded()
        }
    }

    private func validate(_ problem: String, _ isValid: (Float) -> Bool) throws(DatasetError) {
        let factor = Float(scale)
        func fail(at index: Int, _ value: Float) throws(DatasetError) {
            let row = index / features
            let file = files.last { $0.firstRow <= row }
            throw DatasetError(
                file.map { "/x in \($0.path)" } ?? name,
                "value \(value) in row \(row - (file?.firstRow ?? 0)), column \(index % features) is \(problem)",
                advice: "rescale the data, or set the attribute 'scale' or another likelihood")
        }
        if let bytes {
            // 256 possible values: only where one of them is not valid do the samples matter.
            let valid = (0...255).map { isValid(Float($0) * factor) }
            if valid.allSatisfy({ $0 }) { return }
            for index in 0..<count * features where !valid[Int(bytes[index])] {
                try fail(at: index, Float(bytes[index]) * factor)
            }
        } else if let floats {
            for index in 0..<count * features where !isValid(floats[index] * factor) {
                try fail(at: index, floats[index] * factor)
            }
        }
    }
}
