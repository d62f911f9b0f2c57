import Datasets
import Kernels

/// Loads the batches of one pass over samples, one after the other: from memory, or from files that a thread reads
/// ahead.
final class SamplePass<R: Real> {
    private let dataset: Dataset
    private let batches: [Range<Int>]
    private let sample: @Sendable (Int) -> Int32
    private let ids: UnsafeMutablePointer<Int32>
    private var index = 0
    private let stream: Stream?
    private var block: (rows: RowBlock, first: Int)?

    /// Consecutive batches are read together.
    private struct Stream {
        let reader: BlockReader
        /// The first batch of each block.
        let starts: Set<Int>
    }

    /// - Parameters:
    ///   - batches: positions of each batch's samples in the pass, all known ahead.
    ///   - window: so many positions from a multiple of it on are read together, if they are read from files.
    ///   - sample: the sample at a position; called on any thread while the pass lives.
    init(
        _ dataset: Dataset, batches: [Range<Int>], window: Int, sample: @escaping @Sendable (Int) -> Int32
    ) {
        self.dataset = dataset
        self.batches = batches
        self.sample = sample
        ids = .allocate(capacity: max(1, batches.lazy.map(\.count).max() ?? 1))
        // A rank may have no share of a batch.
        let blocks = Array(batches.indices.filter { !batches[$0].isEmpty })
            .chunked { batches[$0].lowerBound / window }
        stream = dataset.stored.map { stored in
            Stream(
                reader: BlockReader(stored, count: blocks.count) { block in
                    blocks[block].flatMap { batches[$0].map(sample) }
                }, starts: Set(blocks.map { $0[0] }))
        }
    }

    /// The batches of an epoch, as far as they are this rank's.
    convenience init(_ dataset: Dataset, order: EpochOrder, _ batches: EpochBatches) {
        self.init(
            dataset, batches: (0..<batches.count).map { batches.batch($0).range },
            window: order.windowPlaces ?? max(1, order.count)
        ) { order.sample($0) }
    }

    deinit { ids.deallocate() }

    /// Loads the next batch.
    ///
    /// - Parameter images: `[features, stride]`: one column a sample, zeros in the padding.
    /// - Returns: the samples of the batch, `[columns]`, until the next call.
    /// - Throws: `StoreError` where samples cannot be read from their file.
    func load(into images: UnsafeMutablePointer<R>) throws -> UnsafePointer<Int32> {
        let batch = batches[index]
        for (column, position) in batch.enumerated() { ids[column] = sample(position) }
        if let stream {
            if stream.starts.contains(index) { block = (try stream.reader.next(), 0) }
            if !batch.isEmpty { loadFromBlock(columns: batch.count, into: images) }
        } else {
            SampleLoader<R>(dataset: dataset).load(ids, columns: batch.count, into: images)
        }
        index += 1
        return UnsafePointer(ids)
    }

    private func loadFromBlock(columns: Int, into images: UnsafeMutablePointer<R>) {
        guard let (rows, first) = block else { preconditionFailure("the first batch starts a block") }
        rows.slots.withUnsafeBufferPointer {
            SampleLoader<R>(rows, of: dataset).load(
                $0.baseAddress! + first, columns: columns, into: images)
        }
        block = (rows, first + columns)
    }
}

extension Array {
    /// Consecutive elements that have the same key.
    fileprivate func chunked<Key: Equatable>(by key: (Element) -> Key) -> [[Element]] {
        reduce(into: []) { result, element in
            if let last = result.last?.last, key(last) == key(element) {
                result[result.count - 1].append(element)
            } else {
                result.append([element])
            }
        }
    }
}
