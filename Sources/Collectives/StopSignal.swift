import Glibc
import Synchronization

/// The wish of an operator or a scheduler that the program end soon: SIGTERM, SIGINT, SIGHUP or SIGUSR1.
///
/// The handler keeps that one came; the program asks between two steps, and its ranks should agree before they act, since a
/// launcher may signal only some of them. What has not ended after half a minute is ended where it stands.
/// It is the whole process that is told to stop: tests raise signals in a process of its own.
public enum StopSignal {
    private static let raised = Atomic<Bool>(false)

    /// From now on these signals are noted instead of ending the process.
    public static func install() {
        // The first use of `raised` happens here and not in the handler, where nothing may be initialised.
        raised.store(false, ordering: .relaxed)
        var unblocked = sigset_t()
        sigemptyset(&unblocked)
        for number in [SIGTERM, SIGINT, SIGHUP, SIGUSR1] where !isIgnored(number) {
            sigaddset(&unblocked, number)
            // glibc's signal() keeps the handler and restarts interrupted system calls.
            signal(number) { _ in
                StopSignal.raised.store(true, ordering: .relaxed)
                alarm(StopSignal.patience)
            }
        }
        sigaddset(&unblocked, SIGALRM)
        signal(SIGALRM) { _ in StopSignal.end() }
        // A program inherits what its parent has blocked, and threads of a dispatch queue have everything blocked.
        pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
    }

    /// Whether whoever started the program has said that a signal does not concern it, as `nohup` says of SIGHUP.
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        return sigaction(number, nil, &action) == 0 && number == SIGHUP
            && action.__sigaction_handler.sa_handler.map { unsafeBitCast($0, to: Int.self) } == 1
    }

    /// Seconds that the program has to end by itself: schedulers kill what takes longer than half a minute.
    private static var patience: UInt32 { 25 }

    /// Ends the process from within a handler, where only calls of the kernel are allowed.
    private static func end() -> Never {
        let message: StaticString =
            "Error: told to stop, but no step ended in time; the last checkpoint is kept, go on with --resume\n"
        _ = write(2, message.utf8Start, message.utf8CodeUnitCount)
        _exit(75)
    }

    /// Whether one of them has come since ``install()``.
    public static var isRaised: Bool { raised.load(ordering: .relaxed) }
}
