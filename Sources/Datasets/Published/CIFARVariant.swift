/// What tells CIFAR-10 and CIFAR-100 apart.
enum CIFARVariant {
    case ten
    case hundred

    /// One file of the binary version.
    struct File {
        let name: String
        let split: Split
        /// Number of its first record within the split.
        let first: Int
        /// Records of the whole file.
        let count: Int
    }

    /// Name of the data set.
    var name: String { self == .ten ? "cifar-10" : "cifar-100" }
    /// What the publisher calls the archive.
    var archive: String { "\(name)-binary.tar.gz" }
    /// The directory in it.
    var directory: String { self == .ten ? "cifar-10-batches-bin" : "cifar-100-binary" }

    /// The files, in the order of their samples.
    var files: [File] {
        switch self {
        case .ten:
            (0..<5).map {
                File(name: "data_batch_\($0 + 1).bin", split: .train, first: 10_000 * $0, count: 10_000)
            } + [File(name: "test_batch.bin", split: .test, first: 0, count: 10_000)]
        case .hundred:
            [
                File(name: "train.bin", split: .train, first: 0, count: 50_000),
                File(name: "test.bin", split: .test, first: 0, count: 10_000),
            ]
        }
    }

    /// Bytes of labels in a record.
    var labelBytes: Int { self == .ten ? 1 : 2 }
    /// Bytes of a picture.
    var pixels: Int { 3 * 32 * 32 }
    /// Bytes of a record.
    var recordSize: Int { labelBytes + pixels }

    /// The most bytes that a file may have.
    func limit(of file: File) -> Int { file.count * recordSize }

    /// Requires a file to be whole records with labels that exist.
    func check(_ records: [UInt8], place: String) throws(DatasetError) {
        guard !records.isEmpty, records.count % recordSize == 0 else {
            throw DatasetError(
                place, "its \(records.count) bytes are not whole records of \(recordSize)",
                advice: "it is truncated, or not of the binary version of \(name)")
        }
        for start in stride(from: 0, to: records.count, by: recordSize) {
            let labels = [(records[start], classNames), (records[start + labelBytes - 1], finest)]
            for (label, names) in labels where label >= names.count {
                throw DatasetError(
                    place, "label \(label) of record \(start / recordSize) is out of range",
                    advice: "there are \(names.count) classes; it is damaged, or not of \(name)")
            }
        }
    }

    private var finest: [String] { self == .ten ? classNames : fineClassNames }

    /// Names of the classes; for CIFAR-100 those of the superclasses.
    var classNames: [String] {
        switch self {
        case .ten: "airplane automobile bird cat deer dog frog horse ship truck".words
        case .hundred:
            """
            aquatic_mammals fish flowers food_containers fruit_and_vegetables
            household_electrical_devices household_furniture insects large_carnivores
            large_man-made_outdoor_things large_natural_outdoor_scenes
            large_omnivores_and_herbivores medium_mammals non-insect_invertebrates people
            reptiles small_mammals trees vehicles_1 vehicles_2
            """.words
        }
    }

    /// Names of the classes of CIFAR-100; none for CIFAR-10.
    var fineClassNames: [String] {
        switch self {
        case .ten: []
        case .hundred:
            """
            apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy
            bridge bus butterfly camel can castle caterpillar cattle chair chimpanzee clock
            cloud cockroach couch crab crocodile cup dinosaur dolphin elephant flatfish
            forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion
            lizard lobster man maple_tree motorcycle mountain mouse mushroom oak_tree orange
            orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine
            possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper
            snail snake spider squirrel streetcar sunflower sweet_pepper table tank
            telephone television tiger tractor train trout tulip turtle wardrobe whale
            willow_tree wolf woman worm
            """.words
        }
    }
}

extension String {
    fileprivate var words: [String] { split { $0 == " " || $0 == "\n" }.map(String.init) }
}
