internal import CHDF5
import Files
import Glibc

/// The HDF5 library of this process.
///
/// The library keeps global state and is used by one thread at a time: every call goes through
/// ``locked(_:)``. The lock is recursive, so that operations can be built from operations, and also
/// keeps a failing call and the reading of its error stack together.
enum Library {
    private static let lock = RecursiveLock()

    /// Without this, HDF5's exit handler tries once more to flush files that could not be written (a full
    /// disk) and complains on stderr. Handles are closed by their owners, so nothing else is left to it.
    private static let withoutExitHandler: Void = { _ = H5dont_atexit() }()

    /// Runs `body` with the library to itself and its automatic error printing off.
    static func locked<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
        enter()
        defer { lock.unlock() }
        return try body()
    }

    /// As ``locked(_:)`` for what cannot fail, such as closing in a `deinit`.
    static func lockedQuietly(_ body: () -> Void) {
        enter()
        defer { lock.unlock() }
        body()
    }

    private static func enter() {
        lock.lock()
        _ = withoutExitHandler
        // Per thread in a thread-safe build of the library, hence at each entrance.
        H5Eset_auto2(chdf5_default_stack(), nil, nil)
    }

    /// Returns `result` unless it is negative, HDF5's sign of failure.
    /// - Throws: ``StoreError`` with the text of the error stack.
    @discardableResult
    static func check<Code: SignedInteger>(
        _ result: Code, _ operation: String, file: String, object: String? = nil
    ) throws(StoreError) -> Code {
        if result >= 0 { return result }
        throw StoreError(operation: operation, file: file, object: object, reason: errorStack())
    }

    /// Creation properties of a class, without times: the same contents then make the same bytes.
    static func untimedProperties(
        _ propertyClass: hid_t, _ operation: String, file: String, object: String? = nil
    ) throws(StoreError) -> hid_t {
        let properties = try check(H5Pcreate(propertyClass), operation, file: file, object: object)
        _ = H5Pset_obj_track_times(properties, false)
        return properties
    }

    /// The error stack of the last failed call in one sentence, outermost description first, each said once.
    ///
    /// Where a system call is at the bottom of it, its message stands for all that lies between.
    static func errorStack() -> String {
        var lines: [String] = []
        withUnsafeMutablePointer(to: &lines) { lines in
            _ = H5Ewalk2(
                chdf5_default_stack(), H5E_WALK_DOWNWARD,
                { _, entry, context in
                    if let entry, let context, let text = entry.pointee.desc {
                        context.assumingMemoryBound(to: [String].self).pointee.append(String(cString: text))
                    }
                    return 0
                }, lines)
        }
        for line in lines {
            guard let start = line.firstRange(of: "error message = '")?.upperBound,
                let end = line[start...].firstIndex(of: "'")
            else { continue }
            return "\(lines[0]): \(line[start..<end])"
        }
        if let filter = lines.first(where: { $0.contains("required filter") }) { return filter }
        var said: Set<String> = []
        let unique = lines.filter { said.insert($0).inserted }
        return unique.isEmpty ? "HDF5 gives no reason" : unique.joined(separator: ": ")
    }
}

/// A mutual exclusion that its holder may take again.
private final class RecursiveLock: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    init() {
        var attributes = pthread_mutexattr_t()
        pthread_mutexattr_init(&attributes)
        pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_RECURSIVE))
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, &attributes)
        pthread_mutexattr_destroy(&attributes)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    func lock() { pthread_mutex_lock(mutex) }
    func unlock() { pthread_mutex_unlock(mutex) }
}
