import Files
import Foundation
import TestSupport
import Testing

@testable import Checkpoints

extension CheckpointsTests {
    @Suite struct RunLockTests {
        private func lockText(_ directory: String) throws -> String {
            String(decoding: try bytes(of: directory + "/run.lock"), as: UTF8.self)
        }

        @Test func aDirectoryIsOneRunsAtATime() throws {
            try withTemporaryDirectory { directory in
                let out = RunDirectory(directory + "/out")
                var lock: RunLock? = try out.take()
                #expect(try lockText(out.path).contains("process \(getpid())\n"))
                #expect(
                    message { _ = try out.take() }.hasPrefix("\(out.path) is in use: process \(getpid()) on ")
                )
                #expect(lock?.takenOver == nil)
                lock = nil
                #expect(!Directory.hasFile(out.path + "/run.lock"))
                #expect(try out.take().takenOver == nil)
            }
        }

        @Test func whatADeadProcessLeftIsTakenOver() throws {
            try withTemporaryDirectory { directory in
                let out = RunDirectory(directory)
                let own = LockOwner.current.text
                // The same process number, but started at another time.
                let dead = own.replacingOccurrences(of: "start ", with: "start 1")
                try Data(dead.utf8).write(to: URL(fileURLWithPath: out.path + "/run.lock"))
                let lock = try out.take()
                #expect(lock.takenOver?.hasPrefix("process \(getpid()) on ") == true)
                #expect(try lockText(out.path) == own)
            }
        }

        /// Another host's process cannot be looked up: its signs of life count.
        @Test func anotherHostsRunIsLeftAloneWhileItShowsLife() throws {
            try withTemporaryDirectory { directory in
                let out = RunDirectory(directory)
                let path = out.path + "/run.lock"
                let foreign = LockOwner.current.text.replacingOccurrences(
                    of: "world ", with: "world another "
                )
                .replacingOccurrences(of: "host ", with: "host far-")
                try Data(foreign.utf8).write(to: URL(fileURLWithPath: path))
                let refusal = message { _ = try out.take() }
                #expect(refusal.contains("on far-") && refusal.contains("sign of life"), "\(refusal)")
                #expect(try lockText(out.path) == foreign)
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSinceNow: -300)], ofItemAtPath: path)
                #expect(try out.take().takenOver?.contains("on far-") == true)
                #expect(try Directory.list(out.path) == ["checkpoints"])
            }
        }

        @Test func whoLosesTheDirectoryWritesNoMore() throws {
            try withTemporaryDirectory { directory in
                let out = RunDirectory(directory)
                let lock = try out.take()
                try lock.verify()
                let path = out.path + "/run.lock"
                let foreign = LockOwner.current.text.replacingOccurrences(
                    of: "world ", with: "world another ")
                try Data(foreign.utf8).write(to: URL(fileURLWithPath: path))
                #expect(message { try lock.verify() }.contains("has taken the directory over"))
                Directory.remove(path)
                #expect(message { try lock.verify() }.contains("run.lock is gone"))
            }
        }

        @Test func linksAreNotFollowed() throws {
            try withTemporaryDirectory { directory in
                let out = RunDirectory(directory + "/out")
                try Directory.create(out.path)
                try Data("precious".utf8).write(to: URL(fileURLWithPath: directory + "/other"))
                symlink(directory + "/other", out.path + "/run.lock")
                #expect(throws: StoreError.self) { _ = try out.take() }
                #expect(try bytes(of: directory + "/other") == Array("precious".utf8))
            }
        }
    }
}
