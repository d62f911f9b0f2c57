import Archives

/// Bytes that are read from the first to the last.
protocol ByteStream: AnyObject {
    /// Up to `count` bytes; fewer only at the end.
    func read(upTo count: Int) throws(ArchiveError) -> [UInt8]
}

extension GzipFile: ByteStream {}
extension Archive: ByteStream {}

extension ByteStream {
    /// Exactly `count` bytes.
    /// - Throws: ``DatasetError`` where there are fewer, of what is said.
    func read(exactly count: Int, of what: String, place: String) throws -> [UInt8] {
        let bytes = try read(upTo: count)
        guard bytes.count == count else {
            throw DatasetError(place, "it ends within \(what)", advice: "copy or write it again")
        }
        return bytes
    }
}
