import Files
import Foundation
import Store

/// Reads damaged inputs one after the other, in a process of its own that may come to grief.
struct Worker {
    let seed: UInt64
    let corpus: String
    /// Where inputs are made, and the file ``Progress`` lies.
    let directory: String
    let readers: [Reader]
    /// Bytes of address space; nil for any number, as sanitizers need it.
    let addressSpace: UInt?

    /// What the parent looks at: one record, written over.
    struct Progress {
        /// The input that is being read; the number behind the last one at the end.
        var number: UInt64 = 0
        var accepted: UInt64 = 0
        var refused: UInt64 = 0

        static let file = "progress"

        /// Reads what a worker has written last.
        init?(_ directory: String) {
            guard let reader = try? FileReader(Directory.join(directory, Self.file)),
                reader.count == MemoryLayout<Self>.size, let bytes = try? reader.bytes(0..<reader.count)
            else { return nil }
            self = bytes.withUnsafeBytes { $0.loadUnaligned(as: Self.self) }
        }

        init() {}
    }

    static let input = "input"

    /// Reads the inputs of a range.
    func run(_ numbers: Range<Int>) throws {
        if let addressSpace {
            var limit = rlimit(rlim_cur: addressSpace, rlim_max: addressSpace)
            setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
        }
        let descriptor = open(Directory.join(directory, Progress.file), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        var progress = Progress()
        func tell() { withUnsafeBytes(of: progress) { _ = pwrite(descriptor, $0.baseAddress, $0.count, 0) } }
        for number in numbers {
            progress.number = UInt64(number)
            tell()
            let reader = readers[number % readers.count]
            let input = Directory.join(directory, Self.input)
            Directory.remove(input)
            try Directory.create(input)
            do {
                try reader.makeInput(number: number, seed: seed, corpus: corpus, in: input)
            } catch {
                // A change that cannot be written, such as a text with a NUL.
                continue
            }
            let before = try Self.list(input)
            do {
                try reader.read(input)
                progress.accepted += 1
            } catch {
                progress.refused += 1
                guard !"\(error)".isEmpty else { throw LeftBehind(description: "an error without words") }
            }
            let after = try Self.list(input)
            guard after == before else {
                throw LeftBehind(description: "left behind: \(after.subtracting(before).sorted())")
            }
        }
        progress.number = UInt64(numbers.upperBound)
        tell()
    }

    /// What a reader that failed has not removed.
    struct LeftBehind: Error, CustomStringConvertible {
        let description: String
    }

    /// Everything below a directory.
    private static func list(_ directory: String) throws -> Set<String> {
        Set(try FileManager.default.subpathsOfDirectory(atPath: directory))
    }
}
