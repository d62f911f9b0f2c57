import Collectives
import Glibc

/// What commands print.
enum StandardOutput {
    /// Makes results that cannot be written an error: whatever was printed is flushed at the end of the process, and
    /// if anything of it was lost, also earlier, the exit status is not 0, whatever it was to be.
    ///
    /// Whoever reads through a pipe and goes away early ends the process quietly, by SIGPIPE.
    static func checkAtExit() {
        atexit {
            let failedEarlier = ferror(stdout) != 0
            let closed = fclose(stdout)
            // Closed from the start, and nothing was printed.
            guard failedEarlier || (closed != 0 && errno != EBADF) else { return }
            let reason = closed != 0 ? String(cString: strerror(errno)) : "an earlier write failed"
            printToStandardError("Error: cannot write to standard output: \(reason)")
            _exit(1)
        }
    }
}
