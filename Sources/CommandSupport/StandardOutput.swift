import Collectives
@preconcurrency import Glibc

/// What commands print.
package enum StandardOutput {
    /// Makes results that cannot be written an error: whatever was printed is flushed at the end of the process, and
    /// if anything of it was lost, also earlier, the exit status is not 0, whatever it was to be.
    ///
    /// Whoever reads through a pipe and goes away early ends the process quietly, by SIGPIPE.
    package static func checkAtExit() {
        atexit {
            let hasFailed = ferror(stdout) != 0
            // Some file systems say only on closing what they could not write. Who was started without a standard
            // output has none to close.
            guard fflush(stdout) != 0 || hasFailed || (fclose(stdout) != 0 && errno != EBADF) else { return }
            let reason = hasFailed ? "an earlier write failed" : String(cString: strerror(errno))
            printToStandardError("Error: cannot write to standard output: \(reason)")
            _exit(1)
        }
    }
}
