import Checkpoints

/// Seeds as they are written: `1-20`, `3,5,8-10`.
public enum SeedList {
    /// The most seeds of a sweep.
    private static var most: Int { 10_000 }

    /// Reads a list.
    ///
    /// - Returns: the seeds in the order in which they are written.
    /// - Throws: ``TrainingError`` saying which part is no seed.
    public static func parse(_ text: String) throws -> [Int] {
        var seeds: [Int] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
                first >= 0, first <= last, last - first < most
            else {
                throw TrainingError(
                    "--seeds \(text): '\(part)' is neither a seed nor a range of them: write 1-20 or 3,5,8-10"
                )
            }
            seeds += first...last
        }
        guard Set(seeds).count == seeds.count else {
            throw TrainingError("--seeds \(text): a seed is named twice")
        }
        return seeds
    }
}
