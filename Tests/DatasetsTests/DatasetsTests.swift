import Datasets
import Glibc
import Store
import Testing

/// The parent of all suites here: they use HDF5, hence one after the other.
@Suite(.serialized)
struct DatasetsTests {}

/// The 64-bit FNV-1a digest.
func digest(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}

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
