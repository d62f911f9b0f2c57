/// What the header of a safetensors file says of a tensor.
public struct SafetensorsTensor: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// The format's word for the type of its values, such as `F32`.
    public let type: String
    /// Row-major shape; empty for a single number.
    public let shape: [Int]
    /// Where its values lie, behind the header.
    let bytes: Range<Int>

    /// The type, where it is one that is read and written here.
    public var element: Element? { Element(rawValue: type) }

    /// Types that are read and written here.
    public enum Element: String, Sendable {
        /// Floats of 32 bits.
        case float = "F32"
        /// Floats of 64 bits.
        case double = "F64"
        /// Signed integers of 64 bits; written, not read.
        case integer = "I64"

        /// Size of a value in bytes.
        public var size: Int { self == .float ? 4 : 8 }
    }

    /// Size of a value in bytes, for all types of the format's version 0.4 whose values fill whole bytes.
    static let sizes = [
        "BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1, "F8_E8M0": 1, "U16": 2, "I16": 2, "F16": 2,
        "BF16": 2, "U32": 4, "I32": 4, "F32": 4, "U64": 8, "I64": 8, "F64": 8, "C64": 8,
    ]
}

/// Why a file cannot be used as a safetensors file.
public struct SafetensorsError: Error, Equatable, CustomStringConvertible {
    /// The file, and what is wrong with it.
    public let description: String

    init(_ path: String, _ problem: String) {
        description = "\(path): \(problem)"
    }
}
