import Datasets
import Kernels

/// The batches of one pass over samples, loaded one after the other: from memory, or from files that a thread reads
/// ahead.
package final class SamplePass<R: Real> {
    /// Number of batches.
    package var count: Int { plans.count }
    private let dataset: Dataset
    private let selection: SampleSelection
    private let plans: [BatchPlan]
    private let position: @Sendable (Int) -> Int32
    private let augmentation: EpochAugmentation<R>?
    /// Of the batch that was loaded last.
    private let numbers: SampleNumbers
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
    ///   - selection: the samples of the data set that the pass goes over.
    ///   - plans: what this rank holds of each batch, all known ahead.
    ///   - window: so many places from a multiple of it on are read together, if they are read from files.
    ///   - augmentation: how samples are changed, if they are.
    ///   - position: where in the selection the sample of a place is; called on any thread while the pass lives.
    package init(
        _ dataset: Dataset, _ selection: SampleSelection, plans: [BatchPlan], window: Int,
        augmentation: EpochAugmentation<R>? = nil, position: @escaping @Sendable (Int) -> Int32
    ) {
        self.dataset = dataset
        self.selection = selection
        self.plans = plans
        self.position = position
        self.augmentation = augmentation
        numbers = SampleNumbers(columns: max(1, plans.lazy.map(\.columns).max() ?? 1))
        // A rank may have no share of a batch.
        let blocks = Array(plans.indices.filter { plans[$0].columns > 0 }).chunked {
            plans[$0].first / window
        }
        stream = dataset.stored.map { stored in
            Stream(
                reader: BlockReader(stored, count: blocks.count) { block in
                    blocks[block].flatMap { index in
                        (0..<plans[index].columns).map { column in
                            selection[Int(position(plans[index].place(ofColumn: column)))]
                        }
                    }
                }, starts: Set(blocks.map { $0[0] }))
        }
    }

    /// The batches of an epoch, as far as they are this rank's.
    ///
    /// - Parameter first: so many batches are left out, since they were visited before.
    package convenience init(
        _ dataset: Dataset, order: EpochOrder, _ batches: EpochBatches, from first: Int = 0,
        augmentation: EpochAugmentation<R>? = nil
    ) {
        self.init(
            dataset, order.selection, plans: Array(batches.plans.dropFirst(first)),
            window: order.windowPlaces ?? max(1, order.count),
            augmentation: augmentation
        ) { order.positions[$0] }
    }

    /// The samples of a selection in their order.
    package convenience init(
        _ dataset: Dataset, _ selection: SampleSelection, plans: [BatchPlan], window: Int
    ) {
        self.init(dataset, selection, plans: plans, window: window) { Int32($0) }
    }

    /// A rank's share of a selection in its order, in batches as large as there is room for.
    ///
    /// - Parameters:
    ///   - share: its places in the selection.
    ///   - sliceColumns: samples of a slice (see `BatchShape`), of which every batch has whole ones.
    ///   - capacity: the most samples that there is room for, at least a slice of which are loaded.
    package convenience init(
        _ dataset: Dataset, _ selection: SampleSelection, share: Range<Int>, sliceColumns: Int, capacity: Int
    ) {
        let columns = max(sliceColumns, capacity / sliceColumns * sliceColumns)
        let plans = stride(from: share.lowerBound, to: share.upperBound, by: columns).map {
            BatchPlan($0..<min($0 + columns, share.upperBound), sliceColumns: sliceColumns)
        }
        self.init(
            dataset, selection, plans: plans,
            window: max(columns, Self.readBytes / (dataset.stored?.sampleBytes ?? 1)))
    }

    /// Bytes of samples that are read ahead from files.
    private static var readBytes: Int { 1 << 23 }

    /// Loads the next batch; nil after the last.
    ///
    /// - Parameter images: `[features, stride]`: one column a sample, zeros in the padding.
    /// - Throws: `StoreError` where samples cannot be read from their file.
    package func next(into images: UnsafeMutablePointer<R>) throws -> Batch? {
        guard index < plans.count else { return nil }
        let plan = plans[index]
        let (positions, identities) = (numbers.positions, numbers.identities)
        for column in 0..<plan.columns {
            positions[column] = position(plan.place(ofColumn: column))
            identities[column] = selection[Int(positions[column])]
        }
        if let stream {
            if stream.starts.contains(index) { block = (try stream.reader.next(), 0) }
            if plan.columns > 0 { loadFromBlock(plan, into: images) }
        } else {
            load(SampleLoader(dataset: dataset), rows: identities, plan, into: images)
        }
        for column in 0..<plan.columns where plan.view(ofColumn: column) > 0 { identities[column] |= .min }
        index += 1
        return Batch(plan: plan, numbers: numbers)
    }

    private func loadFromBlock(_ plan: BatchPlan, into images: UnsafeMutablePointer<R>) {
        guard let (rows, first) = block else { preconditionFailure("the first batch starts a block") }
        rows.slots.withUnsafeBufferPointer {
            load(SampleLoader(rows, of: dataset), rows: $0.baseAddress! + first, plan, into: images)
        }
        block = (rows, first + plan.columns)
    }

    private func load(
        _ loader: SampleLoader<R>, rows: UnsafePointer<Int32>, _ plan: BatchPlan,
        into images: UnsafeMutablePointer<R>
    ) {
        guard let augmentation else { return loader.load(rows, columns: plan.columns, into: images) }
        augmentation.load(loader, rows: rows, samples: numbers.identities, plan, into: images)
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
