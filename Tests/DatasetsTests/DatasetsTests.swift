import Datasets
import Store
import Testing

/// The parent of all suites here: they use HDF5, hence one after the other.
@Suite(.serialized)
struct DatasetsTests {}

extension Dataset {
    /// A copy of the stored bytes.
    var storedBytes: [UInt8] {
        withExtendedLifetime(self) { Array(UnsafeBufferPointer(start: bytes, count: count * features)) }
    }
    /// A copy of the stored floats.
    var storedFloats: [Float] {
        withExtendedLifetime(self) { Array(UnsafeBufferPointer(start: floats, count: count * features)) }
    }

    /// A few samples of 1x2x3 bytes with labels in three classes.
    static func small(_ count: Int, first: Int = 0) -> Dataset {
        Dataset(
            bytes: (0..<count * 6).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ first) }, shape: [1, 2, 3],
            labels: (0..<count).map { Int32($0 % 3) }, classNames: ["null", "eins", "zwölf"], name: "small",
            source: "made by a test")
    }
}
