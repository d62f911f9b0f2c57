import Collectives
import Datasets
import Images
import Kernels
import Layers
import Report
import TreeModel

/// Pictures of leaves: samples that belong to them beside samples that they generate.
struct LeafPictures<R: Scalar> {
    let evaluator: Evaluator<R>
    let dataset: Dataset
    /// Of the latents that pictures are generated from.
    let seed: UInt64

    /// Pictures in a row of a sheet.
    private static var columns: Int { 8 }
    /// Bytes of pixels of all sheets, at most; PNG and base64 leave about as many.
    private static var budget: Int { 3 << 20 }

    /// Sheets of every leaf, by its identifier. On one rank: nothing is exchanged.
    func sheets(
        _ survey: LeafSurvey
    ) throws -> [Int: (data: PictureSheet?, generated: PictureSheet)] {
        let leaves = survey.clustering.leaves
        let format = PictureFormat(
            shape: dataset.shape, leaves: leaves.count, columns: Self.columns, budget: Self.budget)
        let examples = survey.examples(format.count)
        let data = try pictures(of: examples.flatMap { $0 }.sorted())
        let generated = try generate(format.count, leaves: leaves)
        var result: [Int: (data: PictureSheet?, generated: PictureSheet)] = [:]
        for (index, leaf) in leaves.enumerated() {
            let shown = examples[index].compactMap { data[$0] }
            result[leaf] = (
                data: shown.isEmpty ? nil : try format.sheet(shown),
                generated: try format.sheet(generated[index])
            )
        }
        return result
    }

    /// Inputs of some samples, `[features]` each in [0, 1]; `samples` ascend.
    private func pictures(of samples: [Int32]) throws -> [Int32: [R]] {
        var result: [Int32: [R]] = [:]
        let solo = Evaluator(
            model: evaluator.model, communicator: SoloCommunicator(), sliceColumns: evaluator.sliceColumns)
        try solo.forEachBatch(of: dataset, selection: samples) { range, batch, identities in
            for column in 0..<range.count {
                result[identities[column]] = (0..<dataset.features).map {
                    evaluator.model.images[$0 * batch.stride + column]
                }
            }
        }
        return result
    }

    /// Draws of a batch, at least as many as a sheet shows.
    private static var batchSize: Int { 64 }
    /// Batches of draws at most, and floating-point operations that they may take: some seconds.
    private static var mostBatches: Int { 16 }
    private static var mostOperations: Int { 200_000_000_000 }

    /// New samples of every leaf, `[leaves][count]`, `[features]` each: draws from the prior whose walk by the
    /// generative routers ends there. Where hardly any does, the draws of the last batch that most probably would.
    private func generate(_ count: Int, leaves: [Int]) throws -> [[[R]]] {
        var architecture = evaluator.model.architecture
        // No posterior says here who may skip what.
        architecture.pathThreshold = 0
        let columns = Self.batchSize
        let model = TreeVAE<R>(
            architecture: architecture, tree: evaluator.model.tree, columns: columns, training: false)
        model.arena.copyValues(from: evaluator.model.arena) { $0 }
        let shape = BatchShape(columns: columns, globalColumns: columns)
        let means = Storage<R>(count: columns * architecture.features)
        var pictures = [[[R]]](repeating: [], count: leaves.count)
        let batches = max(
            1, min(Self.mostBatches, Self.mostOperations / max(1, model.flops(training: false) * columns)))
        for batch in 0..<batches where pictures.contains(where: { $0.count < count }) {
            let draws = (batch * columns..<(batch + 1) * columns).map(Int32.init)
            var key = NoiseKey(seed: seed, epoch: 0, stream: .generation)
            try model.generate(shape, noise: key, samples: draws, temperature: 1)
            key.stream = .decisions
            let ends = model.topDown.walk(model.pass, key: key, samples: draws)
            let isLast = batch == batches - 1
            for (index, leaf) in leaves.enumerated() where pictures[index].count < count {
                var chosen = (0..<columns).filter { ends[$0] == leaf }
                if isLast, pictures[index].count + chosen.count < count {
                    let reach = model.topDown.leafReach(leaf)
                    chosen += (0..<columns).filter { ends[$0] != leaf }
                        .sorted { (-reach[$0], $0) < (-reach[$1], $1) }
                }
                if chosen.isEmpty { continue }
                model.topDown.copyMeans(of: leaf, columns: columns, into: means.pointer)
                for column in chosen.prefix(count - pictures[index].count) {
                    let start = means.pointer + column * architecture.features
                    pictures[index].append(
                        Array(UnsafeBufferPointer(start: start, count: architecture.features)))
                }
            }
        }
        return pictures
    }
}

/// How many pictures of which size a page has room for.
struct PictureFormat {
    /// Channels, height and width of a sample.
    let shape: [Int]
    /// Pictures on a sheet.
    let count: Int
    /// Pictures in a row.
    let columns: Int
    /// Height and width of a picture on a sheet.
    let height: Int
    let width: Int

    /// The most and the largest pictures whose pixels fit the budget in bytes: first they shrink to 64 pixels, then
    /// there are fewer, then they shrink further.
    init(shape: [Int], leaves: Int, columns: Int, budget: Int) {
        self.shape = shape
        func size(_ side: Int) -> (height: Int, width: Int) {
            let longer = max(shape[1], shape[2])
            guard longer > side else { return (shape[1], shape[2]) }
            return (max(1, shape[1] * side / longer), max(1, shape[2] * side / longer))
        }
        // Of many leaves each has a row of one picture's height.
        let most = leaves > 60 ? columns : 2 * columns
        let choices = [
            (64, most), (64, columns), (48, columns), (32, columns), (32, columns / 2), (24, columns / 2),
            (16, columns / 2),
        ]
        let channels = shape[0] == 1 ? 1 : 3
        let (side, count) =
            choices.first { side, count in
                let (height, width) = size(side)
                return 2 * leaves * count * channels * height * width <= budget
            } ?? choices[choices.count - 1]
        self.count = count
        self.columns = min(columns, count)
        (height, width) = size(side)
    }

    /// Pictures side by side, `[features]` each in [0, 1]; what is beyond is cut off.
    func sheet<R: Real>(_ pictures: [[R]]) throws -> PictureSheet {
        let rows = (pictures.count + columns - 1) / columns
        let channels = shape[0] == 1 ? 1 : 3
        let (sheetHeight, sheetWidth) = (rows * height, columns * width)
        // Places without a picture are in between of black and white.
        var bytes = [UInt8](repeating: 128, count: channels * sheetHeight * sheetWidth)
        for (place, values) in pictures.enumerated() {
            let picture = image(values)
            let (top, left) = (place / columns * height, place % columns * width)
            for channel in 0..<channels {
                for row in 0..<height {
                    let source = (channel * height + row) * width
                    let target = (channel * sheetHeight + top + row) * sheetWidth + left
                    bytes.replaceSubrange(
                        target..<target + width, with: picture.bytes[source..<source + width])
                }
            }
        }
        let sheet = Image(channels: channels, height: sheetHeight, width: sheetWidth, bytes: bytes)
        return PictureSheet(
            columns: columns, count: pictures.count, width: width, height: height, png: try sheet.png())
    }

    /// One picture at its size on the sheet: grey where it has one channel, else the first three, or the first
    /// thrice.
    private func image<R: Real>(_ values: [R]) -> Image {
        let area = shape[1] * shape[2]
        let planes = shape[0] == 1 ? [0] : shape[0] >= 3 ? [0, 1, 2] : [0, 0, 0]
        let bytes = planes.flatMap { plane in
            values[plane * area..<(plane + 1) * area].map { value in
                let scaled = Double(value) * 255
                return scaled.isNaN ? 0 : UInt8(max(0, min(255, scaled.rounded())))
            }
        }
        let image = Image(channels: planes.count, height: shape[1], width: shape[2], bytes: bytes)
        return (height, width) == (shape[1], shape[2]) ? image : image.resized(height: height, width: width)
    }
}
