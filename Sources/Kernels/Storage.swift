import Foundation

/// A buffer of values that kernels may work on: 64-byte aligned, zero at first, freed with its owner.
///
/// Large buffers are pages of their own: they take no memory before they are written to, and give it back at once, so
/// that a tree that grows does not need room for two.
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
        let bytes = max(count, 1) * MemoryLayout<R>.stride
        let memory =
            isPaged(bytes)
            ? pages(bytes) : UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: vectorAlignment)
        pointer = memory.bindMemory(to: R.self, capacity: max(count, 1))
        if !isPaged(bytes) { zero() }
    }

    deinit {
        let bytes = max(count, 1) * MemoryLayout<R>.stride
        if isPaged(bytes) { munmap(pointer, bytes) } else { UnsafeMutableRawPointer(pointer).deallocate() }
    }

    /// Sets every value to zero.
    public func zero() {
        pointer.clear(count: count)
    }

    /// The values, exactly.
    var doubles: [Double] { (0..<count).map { Double(pointer[$0]) } }
}

extension UnsafeMutablePointer where Pointee: Real {
    /// Sets `count` values to zero, all bits at once: `update(repeating:)` goes value by value where the type is a
    /// parameter.
    public func clear(count: Int) {
        memset(self, 0, count * MemoryLayout<Pointee>.stride)
    }
}

/// Bytes to which the widest vector load must be aligned.
let vectorAlignment = 64

/// Whether a buffer is worth pages of its own.
private func isPaged(_ bytes: Int) -> Bool { bytes >= 1 << 16 }

/// Fresh pages of zeros.
private func pages(_ bytes: Int) -> UnsafeMutableRawPointer {
    guard let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
        memory != MAP_FAILED
    else { fatalError("no memory left for a buffer of \(bytes) bytes") }
    // Fewer, larger pages: kernels walk through rows far apart. Neighbouring buffers join; it is a hint only.
    madvise(memory, bytes, MADV_HUGEPAGE)
    return memory
}
