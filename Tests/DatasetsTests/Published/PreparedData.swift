import Datasets
import Files
import TestSupport
import Testing

/// What a source delivers, all of it.
struct Delivery {
    var bytes: [UInt8] = []
    var floats: [Float] = []
    var ids: [String] = []
    var labels: [Int32] = []
    var fineLabels: [Int32] = []
    var attributes: [UInt8] = []

    init(_ source: any SampleSource) throws {
        try source.deliver { block in
            switch block.values {
            case .bytes(let bytes): self.bytes += bytes
            case .floats(let floats): self.floats += floats
            }
            ids += (0..<block.count).map { block.ids[$0] }
            labels += block.labels
            fineLabels += block.fineLabels
            attributes += block.attributes
        }
    }
}

/// Prepares damaged copies of a file, all else being well: each becomes a directory of shards that can be read, or
/// an error that says something, and then nothing is left behind.
/// - Parameters:
///   - preparation: the data set.
///   - directory: that of its files.
///   - name: of the file to damage.
///   - header: bytes at its beginning that are its header.
func expectDamageIsTold(
    _ preparation: Preparation, in directory: String, file name: String, header: Int = 64
) throws {
    let path = directory + "/" + name
    let whole = try bytes(of: path)
    let out = directory + "/out"
    var refused = 0
    for copy in Damage.copies(of: whole, header: header) {
        try write(copy, to: path)
        do {
            let source = try preparation.source(from: directory)
            try ShardWriter.write(source, to: out, plan: ShardPlan(shards: 1))
            let train = try Dataset.load(directory: out, split: .train)
            #expect(train.count > 0)
        } catch {
            #expect("\(error)".contains("/") && "\(error)".contains(": "), "\(error)")
            #expect(try !Directory.list(directory).contains { $0.contains("out") })
            refused += 1
        }
        Directory.remove(out)
    }
    try write(whole, to: path)
    #expect(refused >= 15, "\(name): only \(refused) of 50 damaged copies were refused")
}
