internal import CXXHash

/// A digest of bytes that come a piece at a time: XXH3 (https://github.com/Cyan4973/xxHash), which is faster than
/// any disk. It notices accidents; it is no defence against forgers.
package final class RunningDigest {
    private let state: OpaquePointer

    /// Characters of ``text``.
    package static let digits = 32

    /// Of no bytes yet.
    package init() {
        guard let state = XXH3_createState() else { fatalError("no memory for a digest") }
        self.state = state
        XXH3_128bits_reset(state)
    }

    deinit { XXH3_freeState(state) }

    /// Takes the next bytes in.
    package func update(_ bytes: UnsafeRawBufferPointer) {
        // The two widths have one state and take bytes in alike; they differ in how they end.
        XXH3_128bits_update(state, bytes.baseAddress, bytes.count)
    }

    /// XXH3-128 of all bytes so far: 32 hexadecimal digits, as `xxhsum -H2` prints it.
    package var text: String {
        let hash = XXH3_128bits_digest(state)
        return [hash.high64, hash.low64].map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// XXH3-64 of all bytes so far, as the bits of a signed number.
    package var number: Int64 { Int64(bitPattern: XXH3_64bits_digest(state)) }

    /// XXH3-128 of bytes that are there at once.
    package static func text(of bytes: UnsafeRawBufferPointer) -> String {
        let digest = RunningDigest()
        digest.update(bytes)
        return digest.text
    }
}
