import Glibc
import Synchronization

/// The wish of an operator or a scheduler that the program end soon: SIGTERM, SIGINT or SIGUSR1.
///
/// The handler only keeps the number; the program asks between two steps, and its ranks should agree by
/// ``Communicator/maximum(_:count:purpose:)`` before they act, since a launcher may signal only some of them.
public enum StopSignal {
    private static let raised = Atomic<Int32>(0)

    /// From now on the three signals are noted instead of ending the process.
    public static func install() {
        // The first use of `raised` happens here and not in the handler, where nothing may be initialised.
        raised.store(0, ordering: .relaxed)
        let numbers = [SIGTERM, SIGINT, SIGUSR1]
        var unblocked = sigset_t()
        sigemptyset(&unblocked)
        for number in numbers {
            sigaddset(&unblocked, number)
            // glibc's signal() keeps the handler and restarts interrupted system calls.
            signal(number) { number in StopSignal.raised.store(number, ordering: .relaxed) }
        }
        // A program inherits what its parent has blocked, and threads of a dispatch queue have everything blocked.
        pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
    }

    /// Whether one of them has come since ``install()``.
    public static var isRaised: Bool { which != nil }

    /// The number of the last one that came.
    public static var which: Int32? {
        let number = raised.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    /// Its name, such as "SIGTERM".
    public static var name: String? {
        switch which {
        case SIGTERM: "SIGTERM"
        case SIGINT: "SIGINT"
        case SIGUSR1: "SIGUSR1"
        default: nil
        }
    }
}
