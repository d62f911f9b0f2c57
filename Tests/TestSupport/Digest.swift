/// The 64-bit FNV-1a digest of an array's bytes.
public func digest<T: BitwiseCopyable>(_ values: [T]) -> UInt64 {
    values.withUnsafeBytes { bytes in
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
