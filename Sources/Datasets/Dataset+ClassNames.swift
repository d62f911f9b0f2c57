extension Dataset {
    /// One name a class: its number where it has none.
    public var namesOfClasses: [String] {
        labels == nil ? [] : (0..<classCount).map { $0 < classNames.count ? classNames[$0] : String($0) }
    }
}
