import Bounds
internal import CHDF5
import Files
import Glibc

extension HDF5Object {

    // MARK: Writing

    /// Sets attribute `name` to one number, replacing what was there.
    public func setAttribute<Value: HDF5Scalar>(_ name: String, to value: Value) throws(StoreError) {
        try writeAttribute(name, type: Value.scalarKind.nativeType, count: nil, bytes: [value])
    }

    /// Sets attribute `name` to a list of numbers, `[values.count]`, replacing what was there.
    public func setAttribute<Value: HDF5Scalar>(_ name: String, to values: [Value]) throws(StoreError) {
        try writeAttribute(name, type: Value.scalarKind.nativeType, count: values.count, bytes: values)
    }

    /// Sets attribute `name` to UTF-8 text of fixed length, so that `h5dump` shows it.
    ///
    /// The text must hold no NUL character: readers would stop there.
    public func setAttribute(_ name: String, to text: String) throws(StoreError) {
        try writeText(name, [text], count: nil)
    }

    /// Sets attribute `name` to a list of UTF-8 texts, padded with NUL to the longest.
    public func setAttribute(_ name: String, to texts: [String]) throws(StoreError) {
        try writeText(name, texts, count: texts.count)
    }

    private func writeText(_ name: String, _ texts: [String], count: Int?) throws(StoreError) {
        let width = max(1, texts.map(\.utf8.count).max() ?? 1)
        let bytes = FixedText.bytes(of: texts, width: width)
        try Library.locked { () throws(StoreError) in
            let type = try fixedTextType(width: width, "write attribute '\(name)' of")
            defer { H5Tclose(type) }
            try writeAttribute(name, type: type, count: count, bytes: bytes)
        }
    }

    /// Writes a scalar (`count` is `nil`) or a list.
    private func writeAttribute<Element: BitwiseCopyable>(
        _ name: String, type: @autoclosure () -> hid_t, count: Int?, bytes: [Element]
    ) throws(StoreError) {
        let operation = "write attribute '\(name)' of"
        try Library.locked { () throws(StoreError) in
            let type = type()
            if try check(H5Aexists(identifier, name), operation) > 0 {
                try check(H5Adelete(identifier, name), operation)
            }
            let space: hid_t
            if let count {
                var extent = hsize_t(count)
                space = try check(H5Screate_simple(1, &extent, nil), operation)
            } else {
                space = try check(H5Screate(H5S_SCALAR), operation)
            }
            defer { H5Sclose(space) }
            let attribute = try check(
                H5Acreate2(
                    identifier, name, type, space, chdf5_default_properties(), chdf5_default_properties()),
                operation)
            defer { H5Aclose(attribute) }
            if !bytes.isEmpty {
                try check(bytes.withUnsafeBytes { H5Awrite(attribute, type, $0.baseAddress) }, operation)
            }
            bytes.withUnsafeBytes {
                file.new?.didSetAttribute(
                    name, of: path, type: StoredType(type).layout, shape: count.map { [$0] } ?? [], bytes: $0)
            }
        }
    }

    // MARK: Reading

    /// Whether there is an attribute `name`.
    public func hasAttribute(_ name: String) throws(StoreError) -> Bool {
        try Library.locked { () throws(StoreError) in
            try check(H5Aexists(identifier, name), "read attribute '\(name)' of") > 0
        }
    }

    /// The names of all attributes, in alphabetical order.
    public func attributeNames() throws(StoreError) -> [String] {
        try Library.locked { () throws(StoreError) in
            var names: [String] = []
            let status = withUnsafeMutablePointer(to: &names) { names in
                H5Aiterate2(
                    identifier, H5_INDEX_NAME, H5_ITER_INC, nil,
                    { _, name, _, context in
                        if let name, let context {
                            context.assumingMemoryBound(to: [String].self).pointee
                                .append(String(cString: name))
                        }
                        return 0
                    }, names)
            }
            try check(status, "list the attributes of")
            return names
        }
    }

    /// The number in attribute `name`: a scalar or a list of one.
    /// - Throws: ``StoreError`` where it is missing, of another type, or a longer list.
    public func attribute<Value: HDF5Scalar>(
        _ name: String, as type: Value.Type = Value.self
    ) throws(StoreError) -> Value {
        let values = try attributeList(name, as: type)
        guard values.count == 1 else {
            throw failure(
                "read attribute '\(name)' of", "one value was expected, there are \(values.count)")
        }
        return values[0]
    }

    /// The numbers in attribute `name`, in row-major order whatever its shape.
    /// - Throws: ``StoreError`` where it is missing or of another type.
    public func attributeList<Value: HDF5Scalar>(
        _ name: String, as type: Value.Type = Value.self
    ) throws(StoreError) -> [Value] {
        try withAttribute(name) { (attribute, stored, count) throws(StoreError) in
            let type = StoredType(stored)
            guard type.converts(to: Value.scalarKind) else {
                throw failure(
                    "read attribute '\(name)' of", "\(Value.scalarKind) was expected, the file has \(type)")
            }
            var status: herr_t = 0
            let values = [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
                if count > 0 {
                    status = H5Aread(attribute, Value.scalarKind.nativeType, buffer.baseAddress)
                }
                initialized = status < 0 ? 0 : count
            }
            try check(status, "read attribute '\(name)' of")
            return values
        }
    }

    /// The text in attribute `name`: a scalar or a list of one, of fixed or variable length.
    /// - Throws: ``StoreError`` where it is missing, not text, or a longer list.
    public func text(_ name: String) throws(StoreError) -> String {
        let texts = try textList(name)
        guard texts.count == 1 else {
            throw failure("read attribute '\(name)' of", "one text was expected, there are \(texts.count)")
        }
        return texts[0]
    }

    /// The texts in attribute `name`.
    /// - Throws: ``StoreError`` where it is missing or not text.
    public func textList(_ name: String) throws(StoreError) -> [String] {
        try withAttribute(name) { (attribute, stored, count) throws(StoreError) in
            let operation = "read attribute '\(name)' of"
            let type = StoredType(stored)
            // An empty list has lost its type in h5py.
            if count == 0 { return [] }
            guard type.family == .text else {
                throw failure(operation, "text was expected, the file has \(type)")
            }
            if H5Tis_variable_str(stored) > 0 {
                return try variableTexts(attribute, stored: stored, count: count, operation)
            }
            var bytes = [UInt8](repeating: 0, count: count * type.bytes)
            try check(bytes.withUnsafeMutableBytes { H5Aread(attribute, stored, $0.baseAddress) }, operation)
            return FixedText.texts(
                in: bytes, width: type.bytes, spacePadded: H5Tget_strpad(stored) == H5T_STR_SPACEPAD)
        }
    }

    /// The bytes of an attribute of numbers or fixed-length text as they are stored.
    func bytes(ofAttribute name: String) throws(StoreError) -> [UInt8] {
        try withAttribute(name) { (attribute, stored, count) throws(StoreError) in
            let operation = "read attribute '\(name)' of"
            guard H5Tis_variable_str(stored) <= 0 else {
                throw failure(
                    operation, "numbers or text of fixed length were expected, it has text of variable length"
                )
            }
            var bytes = [UInt8](repeating: 0, count: count * H5Tget_size(stored))
            if bytes.isEmpty { return bytes }
            try check(bytes.withUnsafeMutableBytes { H5Aread(attribute, stored, $0.baseAddress) }, operation)
            return bytes
        }
    }

    /// Texts of variable length, which is how h5py writes `str`.
    private func variableTexts(
        _ attribute: hid_t, stored: hid_t, count: Int, _ operation: String
    ) throws(StoreError) -> [String] {
        let space = try check(H5Aget_space(attribute), operation)
        defer { H5Sclose(space) }
        return try variableTexts(stored: stored, space: space, count: count, operation) {
            (type, pointers) throws(StoreError) in
            try check(H5Aread(attribute, type, pointers), operation)
        }
    }

    /// Opens attribute `name` and hands its identifier, its stored type and its number of elements on.
    func withAttribute<Result>(
        _ name: String, _ body: (hid_t, hid_t, Int) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        let operation = "read attribute '\(name)' of"
        return try Library.locked { () throws(StoreError) in
            guard try check(H5Aexists(identifier, name), operation) > 0 else {
                throw failure(operation, "it is missing")
            }
            let attribute = try check(H5Aopen(identifier, name, chdf5_default_properties()), operation)
            defer { H5Aclose(attribute) }
            let type = try check(H5Aget_type(attribute), operation)
            defer { H5Tclose(type) }
            let space = try check(H5Aget_space(attribute), operation)
            defer { H5Sclose(space) }
            let count = Int(try check(H5Sget_simple_extent_npoints(space), operation))
            guard Bounds.count([count, H5Tget_size(type)], limit: Bounds.unpacked(try file.size)) != nil
            else {
                throw failure(
                    operation, "its \(count) values are far more than the file holds",
                    hint: "the file is damaged")
            }
            return try body(attribute, type, count)
        }
    }
}
