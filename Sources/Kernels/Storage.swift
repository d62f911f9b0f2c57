/// A buffer of values that kernels may work on: 64-byte aligned, zero at first, freed with its owner.
public final class Storage<R: Real> {
    /// The first value. Valid as long as the storage lives, so the storage must have a name or an owner: in
    /// `f(Storage<Float>(count: n).pointer)` it is gone before `f` runs.
    public let pointer: UnsafeMutablePointer<R>
    /// How many values there are.
    public let count: Int

    /// A buffer of `count` zeros; `count` may be 0.
    public init(count: Int) {
        precondition(count >= 0, "a buffer of \(count) values")
        self.count = count
        pointer = UnsafeMutableRawPointer.allocate(
            byteCount: max(count, 1) * MemoryLayout<R>.stride, alignment: vectorAlignment
        ).bindMemory(to: R.self, capacity: max(count, 1))
        zero()
    }

    deinit { UnsafeMutableRawPointer(pointer).deallocate() }

    /// Sets every value to zero.
    public func zero() {
        pointer.update(repeating: 0, count: count)
    }
}

/// Bytes to which the widest vector load must be aligned.
let vectorAlignment = 64
