import Store

extension HDF5Object {
    /// Says how AnnData is to read this object.
    func encode(as type: String, _ version: String) throws {
        try setAttribute("encoding-type", to: type)
        try setAttribute("encoding-version", to: version)
    }
}

extension HDF5Group {
    /// A list of texts.
    func writeTexts(_ texts: [String], to name: String) throws {
        try write(texts: texts, to: name)
        try dataset(name).encode(as: "string-array", "0.2.0")
    }

    /// One text.
    func writeText(_ text: String, to name: String) throws {
        try write(text: text, to: name)
        try dataset(name).encode(as: "string", "0.2.0")
    }

    /// A list of numbers, or rows of them.
    func writeArray<Element: HDF5Scalar>(_ values: [Element], to name: String, shape: [Int]? = nil) throws {
        try write(values, to: name, shape: shape).encode(as: "array", "0.2.0")
    }

    /// A column of categories, each row one of `names` by its index.
    func writeCategories(_ codes: [Int32], of names: [String], to name: String) throws {
        let column = try createGroup(name)
        try column.encode(as: "categorical", "0.2.0")
        try column.setAttribute("ordered", to: UInt8(0))
        try column.write(codes, to: "codes", deflate: 4).encode(as: "array", "0.2.0")
        try column.writeTexts(names, to: "categories")
    }
}
