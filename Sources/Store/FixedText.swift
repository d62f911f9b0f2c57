internal import CHDF5
import Files

/// Texts in fields of a fixed number of bytes, UTF-8, padded with NUL.
enum FixedText {
    /// The fields, one after the other; a text longer than `width` must not be among them.
    static func bytes(of texts: [String], width: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(texts.count * width)
        for text in texts {
            bytes += text.utf8
            bytes += repeatElement(0, count: width - text.utf8.count)
        }
        return bytes
    }

    /// The texts in fields of `width` bytes, without their padding.
    static func texts(in bytes: [UInt8], width: Int, spacePadded: Bool) -> [String] {
        (0..<bytes.count / width).map { index in
            var text = bytes[index * width..<(index + 1) * width]
            if spacePadded {
                while text.last == 0x20 { text.removeLast() }
            } else {
                text = text.prefix { $0 != 0 }
            }
            return String(decoding: text, as: UTF8.self)
        }
    }
}

extension HDF5Object {
    /// The HDF5 type of UTF-8 texts in `width` bytes, padded with NUL; the caller closes it.
    func fixedTextType(width: Int, _ operation: String) throws(StoreError) -> hid_t {
        let type = try check(H5Tcopy(chdf5_c_string()), operation)
        do throws(StoreError) {
            try check(H5Tset_size(type, width), operation)
            try check(H5Tset_cset(type, H5T_CSET_UTF8), operation)
            try check(H5Tset_strpad(type, H5T_STR_NULLPAD), operation)
        } catch {
            H5Tclose(type)
            throw error
        }
        return type
    }

    /// Reads `count` texts of variable length through `transfer`, which takes a memory type and a place for
    /// that many pointers. `space` has as many elements; the caller holds the library.
    func variableTexts(
        stored: hid_t, space: hid_t, count: Int, _ operation: String,
        _ transfer: (_ type: hid_t, _ pointers: UnsafeMutableRawPointer?) throws(StoreError) -> Void
    ) throws(StoreError) -> [String] {
        let type = try check(H5Tcopy(chdf5_c_string()), operation)
        defer { H5Tclose(type) }
        try check(H5Tset_size(type, chdf5_variable_size()), operation)
        try check(H5Tset_cset(type, H5Tget_cset(stored)), operation)
        var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
        try pointers.withUnsafeMutableBufferPointer { (buffer) throws(StoreError) in
            try transfer(type, buffer.baseAddress)
        }
        defer {
            _ = pointers.withUnsafeMutableBytes {
                H5Dvlen_reclaim(type, space, chdf5_default_properties(), $0.baseAddress)
            }
        }
        return pointers.map { $0.map { String(cString: $0) } ?? "" }
    }
}
