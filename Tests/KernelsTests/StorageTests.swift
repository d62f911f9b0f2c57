import Testing

@testable import Kernels

@Suite struct StorageTests {
    @Test(arguments: [0, 1, 100, 20_000]) func alignedAndZero(count: Int) {
        let storage = Storage<Float>(count: count)
        #expect(UInt(bitPattern: storage.pointer) % 64 == 0)
        #expect(storage.count == count && storage.doubles.allSatisfy { $0 == 0 })
        for index in 0..<count { storage.pointer[index] = 1 }
        storage.zero()
        #expect(storage.doubles.allSatisfy { $0 == 0 })
    }

    @Test func strides() {
        #expect([0, 1, 16, 17, 256].map(paddedStride) == [16, 16, 16, 32, 256])
    }

    @Test func digests() {
        var bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let original = digest(bytes, byteCount: 1000)
        #expect(digest(bytes, byteCount: 1000) == original)
        var seen: Set<UInt64> = [original, digest(bytes, byteCount: 999), digest(bytes, byteCount: 0)]
        for index in 0..<1000 {
            bytes[index] ^= 1
            seen.insert(digest(bytes, byteCount: 1000))
            bytes[index] ^= 1
        }
        bytes.swapAt(8, 16)
        seen.insert(digest(bytes, byteCount: 1000))
        bytes.swapAt(8, 16)
        bytes.swapAt(0, 64)
        seen.insert(digest(bytes, byteCount: 1000))
        #expect(seen.count == 1005)
    }

    @Test func digestsOfZerosCountThem() {
        let zeros = [UInt8](repeating: 0, count: 300)
        #expect(Set((0...300).map { digest(zeros, byteCount: $0) }).count == 301)
    }
}
