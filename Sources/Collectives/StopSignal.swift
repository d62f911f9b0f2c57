import Glibc
import Synchronization

/// The wish of an operator or a scheduler that the program end soon: SIGTERM, SIGINT or SIGUSR1.
///
/// The handler only keeps that one came; the program asks between two steps, and its ranks should agree by
/// ``Communicator/maximum(_:count:purpose:)`` before they act, since a launcher may signal only some of them.
/// It is the whole process that is told to stop: tests raise signals in a process of its own.
public enum StopSignal {
    private static let raised = Atomic<Bool>(false)

    /// From now on the three signals are noted instead of ending the process.
    public static func install() {
        // The first use of `raised` happens here and not in the handler, where nothing may be initialised.
        raised.store(false, ordering: .relaxed)
        var unblocked = sigset_t()
        sigemptyset(&unblocked)
        for number in [SIGTERM, SIGINT, SIGUSR1] {
            sigaddset(&unblocked, number)
            // glibc's signal() keeps the handler and restarts interrupted system calls.
            signal(number) { _ in StopSignal.raised.store(true, ordering: .relaxed) }
        }
        // A program inherits what its parent has blocked, and threads of a dispatch queue have everything blocked.
        pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
    }

    /// Whether one of them has come since ``install()``.
    public static var isRaised: Bool { raised.load(ordering: .relaxed) }
}
