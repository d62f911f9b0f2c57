import Glibc

/// A thread of the operating system, for code that blocks and so must not hold one of Swift's pool.
package final class NativeThread: Sendable {
    private let handle: pthread_t

    /// Starts a thread that runs `body`.
    package init(_ body: @escaping @Sendable () -> Void) {
        let context = Unmanaged.passRetained(Body(run: body)).toOpaque()
        var handle = pthread_t()
        let status = pthread_create(&handle, nil, startThread, context)
        precondition(status == 0, "no thread can be started: \(String(cString: strerror(status)))")
        self.handle = handle
    }

    /// Waits for the end of the thread. To be called once.
    package func join() {
        let status = pthread_join(handle, nil)
        precondition(status == 0, "a thread is joined once: \(String(cString: strerror(status)))")
    }

    fileprivate final class Body: Sendable {
        let run: @Sendable () -> Void
        init(run: @escaping @Sendable () -> Void) { self.run = run }
    }
}

private func startThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    Unmanaged<NativeThread.Body>.fromOpaque(context).takeRetainedValue().run()
    return nil
}
