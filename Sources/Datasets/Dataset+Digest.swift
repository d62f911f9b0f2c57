import Files
import Store

extension Dataset {
    /// A digest of the samples and their labels: of the values where they are in memory, of the digests that the files
    /// hold where they are not. The first word says which, since the two cannot be compared.
    ///
    /// - Throws: `StoreError` where a file cannot be read.
    package func digest() throws -> String {
        let digest = RunningDigest()
        if let bytes {
            digest.update(UnsafeRawBufferPointer(start: bytes, count: count * features))
        } else if let floats {
            digest.update(
                UnsafeRawBufferPointer(start: floats, count: count * features * MemoryLayout<Float>.stride))
        } else {
            for file in files {
                Array(try HDF5File.open(file.path).recordedDigest.utf8).withUnsafeBytes(digest.update)
            }
        }
        labels?.withUnsafeBytes(digest.update)
        return (stored == nil ? "values " : "files ") + digest.text
    }
}
