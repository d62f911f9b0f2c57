/// Memory that messages are received in before they are added up: as much as the longest one needed.
final class ReceiveRoom: @unchecked Sendable {
    // Unchecked: it belongs to a communicator, which one thread uses at a time.
    private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    deinit { memory.deallocate() }

    /// Room for `bytes`, whatever it holds.
    func room(bytes: Int) -> UnsafeMutableRawPointer {
        if memory.count < bytes || memory.baseAddress == nil {
            memory.deallocate()
            memory = .allocate(byteCount: max(bytes, 4096), alignment: 64)
        }
        return memory.baseAddress!
    }
}
