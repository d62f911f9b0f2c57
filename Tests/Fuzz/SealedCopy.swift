import Store

/// A copy of an HDF5 file of ours in which something is another, with a digest that is right: so a reader gets behind
/// the digest, as with files that a program of somebody else has written.
struct SealedCopy {
    private var mutation: Mutation
    /// Steps of the copy that are changed, out of those that were counted.
    private var changed: Set<Int> = []
    private var step = 0

    /// Copies `path` to `target`, and returns how the mutation goes on.
    static func write(_ path: String, to target: String, _ mutation: Mutation) throws -> Mutation {
        let file = try HDF5File.open(path)
        var counter = SealedCopy(mutation: mutation)
        try counter.visit(file, nil)
        var copy = SealedCopy(mutation: mutation)
        for _ in 0...copy.mutation.number(3) { copy.changed.insert(copy.mutation.place(counter.step)) }
        let new = try HDF5File.create(target)
        try copy.visit(file, new)
        try new.close()
        return copy.mutation
    }

    private init(mutation: Mutation) { self.mutation = mutation }

    /// Whether the next object or attribute is to be changed.
    private mutating func isChanged() -> Bool {
        defer { step += 1 }
        return changed.contains(step)
    }

    private mutating func visit(_ file: HDF5File, _ new: HDF5File?) throws {
        var objects: [(String, HDF5Group.Child.Kind)] = []
        try file.forEach { objects.append(($0, $1)) }
        for (path, kind) in objects {
            switch kind {
            case .group:
                if path != "/", isChanged(), mutation.place(8) == 0 { continue }
                let target = try path == "/" ? new?.root : new.map { try group(path, in: $0) }
                try attributes(of: path == "/" ? file.root : file.root.group(path), to: target)
            case .dataset: try dataset(file.root.dataset(path), to: new)
            case .other: break
            }
        }
    }

    private func group(_ path: String, in new: HDF5File) throws -> HDF5Group {
        try new.root.exists(path) ? new.root.group(path) : new.root.createGroup(path)
    }

    private mutating func attributes(of object: HDF5Object, to target: HDF5Object?) throws {
        for name in try object.attributeNames() where name != "contents_digest" && name != "chunk_digests" {
            let isChanged = isChanged()
            guard let target, !(isChanged && mutation.place(12) == 0) else { continue }
            if let numbers = try? object.attributeList(name, as: Int.self) {
                let values = isChanged ? changed(numbers) { $0.integer() } : numbers
                try values.count == 1
                    ? target.setAttribute(name, to: values[0]) : target.setAttribute(name, to: values)
            } else if let numbers = try? object.attributeList(name, as: Double.self) {
                let values = isChanged ? changed(numbers) { $0.real() } : numbers
                try values.count == 1
                    ? target.setAttribute(name, to: values[0]) : target.setAttribute(name, to: values)
            } else if let texts = try? object.textList(name) {
                let values = isChanged ? changed(texts) { $0.changed(text: texts.first ?? "") } : texts
                try values.count == 1
                    ? target.setAttribute(name, to: values[0].replacing("\u{0}", with: ""))
                    : target.setAttribute(name, to: values)
            }
        }
    }

    private mutating func dataset(_ dataset: HDF5Dataset, to new: HDF5File?) throws {
        let isChanged = isChanged()
        guard let new else { return try attributes(of: dataset, to: nil) }
        if isChanged, mutation.place(12) == 0 { return }
        var shape = dataset.shape
        let target: HDF5Dataset
        let digests = try dataset.hasAttribute("chunk_digests")
        func create<Element: HDF5Scalar>(_ values: [Element]) throws -> HDF5Dataset {
            if values.count != shape.reduce(1, *) { shape = [values.count] }
            let created = try new.root.createDataset(
                dataset.path, of: Element.self, shape: shape, digestsChunks: digests)
            try values.withUnsafeBufferPointer { try created.write($0, rows: 0..<shape[0]) }
            return created
        }
        if dataset.storedType.family == .text {
            let texts = try dataset.texts().map { $0.replacing("\u{0}", with: "") }
            let values = isChanged ? changed(texts) { $0.changed(text: texts.first ?? "") } : texts
            try new.root.write(texts: values.map { $0.replacing("\u{0}", with: "") }, to: dataset.path)
            target = try new.root.dataset(dataset.path)
        } else if dataset.storedType.converts(to: .uint8) {
            let values = try dataset.read(as: UInt8.self)
            target = try create(
                isChanged ? changed(values) { UInt8(truncatingIfNeeded: $0.integer()) } : values)
        } else if dataset.storedType.converts(to: .int32) {
            let values = try dataset.read(as: Int32.self)
            target = try create(
                isChanged ? changed(values) { Int32(truncatingIfNeeded: $0.integer()) } : values)
        } else if dataset.storedType.converts(to: .int64) {
            let values = try dataset.read(as: Int.self)
            target = try create(isChanged ? changed(values) { $0.integer() } : values)
        } else if dataset.storedType.converts(to: .float32) {
            let values = try dataset.read(as: Float.self)
            target = try create(isChanged ? changed(values) { Float($0.real()) } : values)
        } else {
            let values = try dataset.read(as: Double.self)
            target = try create(isChanged ? changed(values) { $0.real() } : values)
        }
        try attributes(of: dataset, to: target)
    }

    /// A list in which an element is another, missing or there twice.
    private mutating func changed<Element>(
        _ values: [Element], _ other: (inout SealedCopy) -> Element
    ) -> [Element] {
        var values = values
        guard !values.isEmpty else { return [other(&self)] }
        let place = mutation.place(values.count)
        switch mutation.place(6) {
        case 0: values.remove(at: place)
        case 1: values.insert(values[place], at: place)
        default: values[place] = other(&self)
        }
        return values
    }

    private mutating func integer() -> Int { mutation.integer() }

    private mutating func real() -> Double {
        mutation.pick([
            0, -0.0, 1, -1, 0.5, 1e-300, 1e300, -1e300, .nan, .infinity, -.infinity, 1e-45, 3.4e38,
        ])
    }

    private mutating func changed(text: String) -> String {
        text.utf8.count > 40
            ? String(decoding: mutation.text(Array(text.utf8)), as: UTF8.self).replacing("\u{0}", with: "")
            : mutation.word()
    }
}
