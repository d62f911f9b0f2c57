import Collectives
import Datasets
import Files
import Store

extension Dataset {
    /// Samples whose digest one rank computes.
    private static let blockCount = 4096

    /// A digest of all samples and their labels, of which every rank computes a part; collective. It is the same on any
    /// number of ranks, and wherever the samples are kept: samples that are not held are read once.
    ///
    /// - Throws: `StoreError` where a file cannot be read, on all ranks.
    package func sharedDigest(_ communicator: any Communicator) throws -> String {
        let blocks = stride(from: 0, to: count, by: Self.blockCount).map {
            $0..<min(count, $0 + Self.blockCount)
        }
        let mine = try communicator.agree("digest of the samples") {
            let reader = stored.map { ($0, SampleReader($0)) }
            var texts = ""
            for index in stride(from: communicator.rank, to: blocks.count, by: communicator.size) {
                texts += try digest(of: blocks[index], reader: reader)
            }
            return Array(texts.utf8)
        }
        let parts = try communicator.allGather(mine, purpose: "digests of the samples")
        let all = RunningDigest()
        Array("\(count) \(shape) \(scale)".utf8).withUnsafeBytes(all.update)
        for index in blocks.indices {
            let width = RunningDigest.digits
            let start = index / communicator.size * width
            Array(parts[index % communicator.size][start..<start + width]).withUnsafeBytes(all.update)
        }
        return all.text
    }

    private func digest(of samples: Range<Int>, reader: (StoredSamples, SampleReader)?) throws -> String {
        let digest = RunningDigest()
        func update<Value>(_ values: UnsafePointer<Value>, first: Int) {
            let rows = UnsafeBufferPointer(
                start: values + (samples.lowerBound - first) * features, count: samples.count * features)
            digest.update(UnsafeRawBufferPointer(rows))
        }
        if let (stored, reader) = reader {
            let block = RowBlock(stored)
            try reader.read(samples.map(Int32.init), into: block)
            if let bytes = block.bytes { update(bytes, first: samples.lowerBound) }
            if let floats = block.floats { update(floats, first: samples.lowerBound) }
        } else {
            if let bytes { update(bytes, first: 0) }
            if let floats { update(floats, first: 0) }
        }
        labels?[samples].withUnsafeBytes(digest.update)
        return digest.text
    }
}
