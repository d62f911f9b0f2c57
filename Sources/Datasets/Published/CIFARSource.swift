import Archives
import Files
import Store

/// CIFAR-10 or CIFAR-100 in the publisher's binary version (Krizhevsky 2009), held in memory.
///
/// A file is a sequence of records: one byte with the label, for CIFAR-100 two with superclass and class, and
/// 3,072 of a picture of 32x32 in red, green and blue planes. Files may be plain, compressed with gzip, or inside
/// of the publisher's tar.gz; those that are missing are left out, as long as one is there.
struct CIFARSource: SampleSource {
    /// One file.
    private struct Batch {
        let split: Split
        /// Number of its first record, counted over all whole files of the split.
        let first: Int
        let records: [UInt8]
    }

    private let variant: CIFARVariant
    private let batches: [Batch]
    let schema: SampleSchema

    /// Reads the files.
    /// - Parameter path: the archive, or a directory of it or of the files.
    /// - Throws: ``DatasetError`` or `ArchiveError` where there are none, or one is damaged.
    init(_ variant: CIFARVariant, path: String) throws {
        self.variant = variant
        var found: [Found] = []
        var source = ""
        let places = [path, Directory.join(path, variant.directory)]
        for file in variant.files {
            let candidates = places.flatMap { place in
                [file.name, file.name + ".gz"].map { Directory.join(place, $0) }
            }
            guard let place = candidates.first(where: PublishedFile.isThere) else { continue }
            found.append(
                Found(file, place, try GzipFile(path: place).read(limit: variant.limit(of: file))))
            source += (source.isEmpty ? "" : ", ") + Directory.lastComponent(of: place)
        }
        if found.isEmpty {
            let archive = try PublishedFile.find([variant.archive], at: path, of: variant.name)
            found = try Self.unpack(variant, archive)
            source = Directory.lastComponent(of: archive)
        }
        batches = try found.map { found in
            try variant.check(found.records, place: found.place)
            return Batch(split: found.file.split, first: found.file.first, records: found.records)
        }
        let count = batches.reduce(0) { $0 + $1.records.count / variant.recordSize }
        if count < 60_000 { source += " (\(count) of 60000 images)" }
        var schema = SampleSchema(
            name: variant.name, source: source, shape: [3, 32, 32], element: .bytes, isLabelled: true,
            classNames: variant.classNames)
        schema.fineClassNames = variant.fineClassNames
        self.schema = schema
    }

    /// A file that was read.
    private struct Found {
        let file: CIFARVariant.File
        let place: String
        let records: [UInt8]

        init(_ file: CIFARVariant.File, _ place: String, _ records: [UInt8]) {
            self.file = file
            self.place = place
            self.records = records
        }
    }

    private static func unpack(_ variant: CIFARVariant, _ path: String) throws -> [Found] {
        let archive = try Archive(path: path, limits: ArchiveLimits(member: 1 << 28, total: 1 << 29))
        var found: [Found] = []
        while let member = try archive.next() {
            let name = Directory.lastComponent(of: member.path)
            guard let file = variant.files.first(where: { $0.name == name }) else { continue }
            let place = "\(member.path) in \(path)"
            guard !found.contains(where: { $0.file.name == name }) else {
                throw DatasetError(place, "there are two files of this name")
            }
            guard member.size <= variant.limit(of: file) else {
                throw DatasetError(
                    place, "its \(member.size) bytes are more than the \(variant.limit(of: file)) of \(name)",
                    advice: "this is not the archive that it should be")
            }
            found.append(Found(file, place, try archive.read()))
        }
        guard !found.isEmpty else {
            throw DatasetError(
                path, "it holds none of the files of \(variant.name)",
                advice: "download the binary version, \(variant.archive)")
        }
        // In the archive they lie in another order.
        return variant.files.compactMap { file in found.first { $0.file.name == file.name } }
    }

    var division: SampleDivision {
        .given(
            batches.flatMap { Array(repeating: $0.split, count: $0.records.count / variant.recordSize) })
    }

    func deliver(to sink: (SampleBlock) throws -> Void) throws {
        let step = SampleBlock.rows(of: schema)
        for batch in batches {
            let count = batch.records.count / variant.recordSize
            for start in stride(from: 0, to: count, by: step) {
                try sink(block(of: batch, rows: start..<min(start + step, count)))
            }
        }
    }

    private func block(of batch: Batch, rows: Range<Int>) -> SampleBlock {
        var pixels: [UInt8] = []
        pixels.reserveCapacity(rows.count * variant.pixels)
        var labels: [Int32] = []
        var fineLabels: [Int32] = []
        for row in rows {
            let start = row * variant.recordSize
            labels.append(Int32(batch.records[start]))
            if variant.labelBytes == 2 { fineLabels.append(Int32(batch.records[start + 1])) }
            pixels += batch.records[start + variant.labelBytes..<start + variant.recordSize]
        }
        var block = SampleBlock(.bytes(pixels), ids: .numbers(rows.map { $0 + batch.first }), labels: labels)
        block.fineLabels = fineLabels
        return block
    }
}
