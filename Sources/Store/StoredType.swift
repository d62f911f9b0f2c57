internal import CHDF5

/// The type of a dataset's or attribute's elements as the file has it.
public struct StoredType: Equatable, Sendable, CustomStringConvertible {
    /// The broad kinds that matter here.
    public enum Family: Equatable, Sendable {
        /// Integers without a sign.
        case unsignedInteger
        /// Integers with a sign.
        case signedInteger
        /// Floating-point numbers.
        case floatingPoint
        /// Text of fixed or variable length.
        case text
        /// Integers with names, which is how h5py and anndata store truth values.
        case enumeration
        /// Anything else: compounds, references.
        case other
    }

    /// What the elements are.
    public let family: Family
    /// Size of one element in bytes.
    public let bytes: Int

    /// Reads an open HDF5 type; the caller holds the library and closes the type.
    init(_ type: hid_t) {
        bytes = H5Tget_size(type)
        switch H5Tget_class(type) {
        case H5T_INTEGER: family = H5Tget_sign(type) == H5T_SGN_NONE ? .unsignedInteger : .signedInteger
        case H5T_FLOAT: family = .floatingPoint
        case H5T_STRING: family = .text
        case H5T_ENUM: family = .enumeration
        default: family = .other
        }
    }

    /// "uint8", "float32", "text".
    public var description: String {
        switch family {
        case .unsignedInteger: "uint\(bytes * 8)"
        case .signedInteger: "int\(bytes * 8)"
        case .floatingPoint: "float\(bytes * 8)"
        case .text: "text"
        case .enumeration: "enumeration"
        case .other: "a type that is neither number nor text"
        }
    }

    /// As ``description``, with the width of texts: "text12".
    var layout: String { family == .text ? "text\(bytes)" : description }

    /// Whether values are numbers, or truth values.
    public var isNumeric: Bool {
        switch family {
        case .unsignedInteger, .signedInteger, .floatingPoint, .enumeration: true
        case .text, .other: false
        }
    }

    /// Whether every value of this type is one of `kind` too, so that HDF5 converts without loss.
    public func converts(to kind: ScalarKind) -> Bool {
        switch (family, kind) {
        case (.unsignedInteger, .uint8): bytes == 1
        case (.unsignedInteger, .int32), (.unsignedInteger, .int64): bytes < kind.bytes
        case (.signedInteger, .int32), (.signedInteger, .int64): bytes <= kind.bytes
        case (.enumeration, .int32), (.enumeration, .int64): bytes < kind.bytes
        case (.floatingPoint, .float32), (.floatingPoint, .float64): bytes <= kind.bytes
        default: false
        }
    }
}
