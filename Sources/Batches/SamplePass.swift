import Datasets
import Kernels

/// Loads the batches of one pass over samples, one after the other: from memory, or from files that a thread reads
/// ahead.
package final class SamplePass<R: Real> {
    private let dataset: Dataset
    private let batches: [BatchColumns]
    private let sample: @Sendable (Int) -> Int32
    private let augmentation: EpochAugmentation<R>?
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
    ///   - augmentation: how samples are changed, if they are.
    ///   - sample: the sample at a position; called on any thread while the pass lives.
    package init(
        _ dataset: Dataset, batches: [BatchColumns], window: Int, augmentation: EpochAugmentation<R>? = nil,
        sample: @escaping @Sendable (Int) -> Int32
    ) {
        self.dataset = dataset
        self.batches = batches
        self.sample = sample
        self.augmentation = augmentation
        ids = .allocate(capacity: max(1, batches.lazy.map(\.count).max() ?? 1))
        // A rank may have no share of a batch.
        let blocks = Array(batches.indices.filter { batches[$0].count > 0 })
            .chunked { batches[$0].first / window }
        stream = dataset.stored.map { stored in
            Stream(
                reader: BlockReader(stored, count: blocks.count) { block in
                    blocks[block].flatMap { batches[$0].places.map(sample) }
                }, starts: Set(blocks.map { $0[0] }))
        }
    }

    /// The batches of an epoch, as far as they are this rank's.
    package convenience init(
        _ dataset: Dataset, order: EpochOrder, _ batches: EpochBatches,
        augmentation: EpochAugmentation<R>? = nil
    ) {
        self.init(
            dataset, batches: (0..<batches.count).map { batches.batch($0).columns },
            window: order.windowPlaces ?? max(1, order.count), augmentation: augmentation
        ) { order.sample($0) }
    }

    deinit { ids.deallocate() }

    /// Loads the next batch.
    ///
    /// - Parameter images: `[features, stride]`: one column a sample, zeros in the padding.
    /// - Returns: what tells the columns of the batch apart, `[columns]`, until the next call: the samples, of second views
    ///   with the highest bit set. Noise is drawn by it, for each view its own.
    /// - Throws: `StoreError` where samples cannot be read from their file.
    package func load(into images: UnsafeMutablePointer<R>) throws -> UnsafePointer<Int32> {
        let batch = batches[index]
        for (column, place) in batch.places.enumerated() { ids[column] = sample(place) }
        if let stream {
            if stream.starts.contains(index) { block = (try stream.reader.next(), 0) }
            if batch.count > 0 { loadFromBlock(batch, into: images) }
        } else {
            load(SampleLoader(dataset: dataset), rows: ids, batch, into: images)
        }
        for column in 0..<batch.count where batch.view(ofColumn: column) > 0 { ids[column] |= .min }
        index += 1
        return UnsafePointer(ids)
    }

    private func loadFromBlock(_ batch: BatchColumns, into images: UnsafeMutablePointer<R>) {
        guard let (rows, first) = block else { preconditionFailure("the first batch starts a block") }
        rows.slots.withUnsafeBufferPointer {
            load(SampleLoader(rows, of: dataset), rows: $0.baseAddress! + first, batch, into: images)
        }
        block = (rows, first + batch.count)
    }

    private func load(
        _ loader: SampleLoader<R>, rows: UnsafePointer<Int32>, _ batch: BatchColumns,
        into images: UnsafeMutablePointer<R>
    ) {
        guard let augmentation else { return loader.load(rows, columns: batch.count, into: images) }
        augmentation.load(loader, rows: rows, samples: ids, batch, into: images)
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
