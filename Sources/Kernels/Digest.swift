import CKernels

/// A 64-bit hash of the bits of `byteCount` bytes: equal replicas have equal digests, and a single changed,
/// moved or missing byte shows (but for one chance in 2⁶⁴). Not for use against an adversary.
public func digest(_ pointer: UnsafeRawPointer, byteCount: Int) -> UInt64 {
    kernels_digest(pointer, byteCount)
}
