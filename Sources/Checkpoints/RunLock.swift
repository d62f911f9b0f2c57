import Files
import Glibc

/// The right of one process to write into a run's directory: the file `run.lock` there, which names it.
///
/// Three signs tell whether the owner lives, each where the others fail. The owner keeps a lock on the file (`flock`),
/// which many network file systems do not show to other hosts. The file names the process, which processes of the same
/// host can look up. And the owner touches the file every few seconds, by the clock of the file system.
package final class RunLock {
    /// Who had the directory before and is gone, for a message; nil if nobody had it.
    package let takenOver: String?
    /// What people are told of that; nil if nobody had the directory.
    package var notice: String? {
        takenOver.map { "\(directory): \($0) had the directory and is gone; this run takes it over" }
    }
    private let directory: String
    private let path: String
    private let descriptor: Int32
    private let owner = LockOwner.current
    private var heartbeat: Heartbeat?

    /// Seconds between two signs of life.
    private static let interval = 10
    /// After so many seconds without one, an owner that cannot be looked up counts as gone.
    private static let patience = 60.0

    /// Takes the directory, which is there, for this process.
    ///
    /// - Throws: ``TrainingError`` naming the process that has it; `StoreError` where the file cannot be written.
    package init(_ directory: RunDirectory) throws {
        self.directory = directory.path
        path = directory.lock
        var former: LockOwner?
        descriptor = try Self.open(path, of: directory.path, former: &former)
        do {
            try Self.write(owner, to: descriptor, path)
            if former != nil {
                // Two may have found the same owner gone where locks do not work: the last to write has it.
                usleep(200_000)
            }
            takenOver = former?.description
        } catch {
            close(descriptor)
            throw error
        }
        heartbeat = Heartbeat(descriptor, everySeconds: Self.interval)
        try verify()
    }

    deinit {
        heartbeat = nil
        if (try? verify()) != nil { unlink(path) }
        close(descriptor)
    }

    /// Requires the directory to be this process's still.
    /// - Throws: ``TrainingError`` where another process has taken it, or the file is gone.
    package func verify() throws {
        let present = Self.owner(at: path)
        guard present != owner else { return }
        throw TrainingError(
            "\(directory): \(present.map { "\($0.description) has taken the directory over" } ?? "run.lock is gone"); this "
                + "run ends and writes nothing more. Its last checkpoint is kept")
    }

    /// Opens the lock file, new or left by an owner that is gone.
    private static func open(_ path: String, of directory: String, former: inout LockOwner?) throws -> Int32 {
        for attempt in 0...8 {
            let new = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
            if new >= 0 {
                flock(new, LOCK_EX | LOCK_NB)
                return new
            }
            guard errno == EEXIST else { throw StoreError(operation: "create", file: path) }
            let old = Glibc.open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC)
            if old < 0, errno == ENOENT { continue }
            guard old >= 0 else { throw StoreError(operation: "open", file: path) }
            do {
                former = try takeOver(old, path, of: directory)
                return old
            } catch {
                close(old)
                // A process that was killed may take a moment to be gone.
                guard attempt < 8 else { throw error }
                usleep(200_000)
            }
        }
        throw TrainingError("\(path) comes and goes: another run is starting or ending here; try again")
    }

    /// Makes sure that the owner of an open lock file is gone.
    private static func takeOver(_ descriptor: Int32, _ path: String, of directory: String) throws
        -> LockOwner?
    {
        let owner = owner(at: path)
        func refuse(_ sign: String) -> TrainingError {
            TrainingError(
                "\(directory) is in use: \(owner?.description ?? "another process") has been writing there\(sign). Name "
                    + "another directory with --out, or wait until that run ends")
        }
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { throw refuse("") }
        switch owner?.isAlive {
        case true?: throw refuse("")
        case false?: break
        case nil:
            let age = try age(descriptor, path)
            if age < patience {
                throw refuse(
                    "; its last sign of life came \(Int(age)) s ago. If it is gone, the directory is free "
                        + "\(Int(patience)) s after that")
            }
        }
        return owner
    }

    /// Seconds since the last sign of life, by the clock of the file system.
    private static func age(_ descriptor: Int32, _ path: String) throws -> Double {
        let probe = TemporaryEntry.name(for: path)
        let created = Glibc.open(probe, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard created >= 0 else { throw StoreError(operation: "create", file: probe) }
        defer {
            close(created)
            unlink(probe)
        }
        var (now, then) = (stat(), stat())
        guard fstat(created, &now) == 0, fstat(descriptor, &then) == 0 else {
            throw StoreError(operation: "look at", file: path)
        }
        return Double(now.st_mtim.tv_sec - then.st_mtim.tv_sec)
    }

    private static func write(_ owner: LockOwner, to descriptor: Int32, _ path: String) throws {
        let text = Array(owner.text.utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.count, 0) == text.count,
            fsync(descriptor) == 0
        else { throw StoreError(operation: "write", file: path) }
    }

    private static func owner(at path: String) -> LockOwner? {
        guard let reader = try? FileReader(path), reader.count < 4096,
            let bytes = try? reader.bytes(0..<reader.count)
        else { return nil }
        return LockOwner(String(decoding: bytes, as: UTF8.self))
    }
}
