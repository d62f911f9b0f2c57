extension Dataset {
    /// What an input of 1 is, in words: what a likelihood of inputs is measured in.
    public var unit: String {
        if isCounts { return "counts" }
        if standardisation != nil { return "standard deviations" }
        return scale == 1 ? "as stored" : "as stored times \(scale)"
    }
}
