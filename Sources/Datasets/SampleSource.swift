/// Where samples come from: a directory of images, a table, an archive.
///
/// A source knows what its samples have in common and how many they are before it delivers the first one, if
/// necessary by a first look over its files. It then delivers them a block at a time, so that memory does not
/// grow with the data. It throws where something is wrong with the files.
public protocol SampleSource {
    /// What all samples have in common.
    var schema: SampleSchema { get }
    /// What the user should know about the files, a line each.
    var notices: [String] { get }
    /// How many samples there are, and to which splits they belong.
    var division: SampleDivision { get }
    /// Hands every sample once, in the order of ``division``, to `sink`.
    /// - Throws: ``DatasetError`` or `StoreError` where the files are damaged, and what `sink` throws.
    func deliver(to sink: (SampleBlock) throws -> Void) throws
}

extension SampleSource {
    /// Nothing, of most.
    public var notices: [String] { [] }
}

/// How samples belong to splits.
public enum SampleDivision: Sendable {
    /// The publisher's: the split of each sample, in the order of delivery.
    case given([Split])
    /// One pool of `count` samples, to be divided by chance within each stratum; `strata` gives each sample's,
    /// in the order of delivery, or is `nil` where all are alike.
    case pool(count: Int, strata: [Int32]?)
}

extension SampleDivision {
    /// The split of each sample, in the order of delivery.
    ///
    /// Of a pool, `testFraction` goes to the test split: a stratum's share of it differs by less than one sample
    /// from that fraction, and the total by less than one. Which samples they are depends on the seed.
    /// - Parameter testFraction: in [0, 1).
    func splits(testFraction: Double, seed: UInt64) -> [Split] {
        switch self {
        case .given(let splits): return splits
        case .pool(let count, let strata):
            var sizes: [Int32: Int] = [:]
            for sample in 0..<count { sizes[strata?[sample] ?? 0, default: 0] += 1 }
            // Steps of the multiples of the fraction; the tolerance makes 5 x 0.2 a whole step on every machine.
            func step(_ position: Int) -> Int { Int(Double(position) * testFraction + 1e-9) }
            var wanted: [Int32: Int] = [:]
            var position = 0
            for (stratum, size) in sizes.sorted(by: { $0.key < $1.key }) {
                wanted[stratum] = step(position + size) - step(position)
                position += size
            }
            // Selection sampling (Knuth, volume 2, algorithm S): all subsets of a stratum are equally likely.
            var generator = SplitMix64(seed: seed)
            var splits = [Split](repeating: .train, count: count)
            for sample in 0..<count {
                let stratum = strata?[sample] ?? 0
                let isWanted = Int.random(in: 0..<sizes[stratum]!, using: &generator) < wanted[stratum]!
                sizes[stratum]! -= 1
                if isWanted {
                    wanted[stratum]! -= 1
                    splits[sample] = .test
                }
            }
            return splits
        }
    }
}
