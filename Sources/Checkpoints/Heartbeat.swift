import Collectives
import Glibc

/// Touches an open file every few seconds, in a thread of its own that allocates nothing.
final class Heartbeat {
    // Unchecked by the compiler: a semaphore is there to be used by two threads.
    private nonisolated(unsafe) let end: UnsafeMutablePointer<sem_t>
    private let thread: NativeThread

    /// Begins; the file stays open until the object is gone.
    init(_ descriptor: Int32, everySeconds seconds: Int) {
        nonisolated(unsafe) let end = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
        sem_init(end, 0, 0)
        self.end = end
        thread = NativeThread {
            while true {
                var next = timespec()
                clock_gettime(CLOCK_REALTIME, &next)
                next.tv_sec += seconds
                if sem_timedwait(end, &next) == 0 { return }
                if errno == ETIMEDOUT { _ = futimens(descriptor, nil) }
            }
        }
    }

    deinit {
        sem_post(end)
        thread.join()
        sem_destroy(end)
        end.deallocate()
    }
}
