internal import CHDF5

/// A number that datasets and attributes are made of.
///
/// Files written here hold little-endian numbers of exactly these types on every machine supported.
public protocol HDF5Scalar: BitwiseCopyable, Sendable {
    /// Which number this is.
    static var scalarKind: ScalarKind { get }
}

/// The numbers that this module reads and writes.
public enum ScalarKind: String, Sendable, CaseIterable {
    /// 8-bit unsigned integer.
    case uint8
    /// 32-bit signed integer.
    case int32
    /// 64-bit signed integer.
    case int64
    /// 32-bit IEEE 754 number.
    case float32
    /// 64-bit IEEE 754 number.
    case float64

    /// Size in bytes.
    public var bytes: Int {
        switch self {
        case .uint8: 1
        case .int32, .float32: 4
        case .int64, .float64: 8
        }
    }
}

extension UInt8: HDF5Scalar {
    /// ``ScalarKind/uint8``.
    public static var scalarKind: ScalarKind { .uint8 }
}

extension Int32: HDF5Scalar {
    /// ``ScalarKind/int32``.
    public static var scalarKind: ScalarKind { .int32 }
}

extension Int64: HDF5Scalar {
    /// ``ScalarKind/int64``.
    public static var scalarKind: ScalarKind { .int64 }
}

extension Int: HDF5Scalar {
    /// ``ScalarKind/int64``: `Int` is as wide on every machine supported.
    public static var scalarKind: ScalarKind { .int64 }
}

extension Float: HDF5Scalar {
    /// ``ScalarKind/float32``.
    public static var scalarKind: ScalarKind { .float32 }
}

extension Double: HDF5Scalar {
    /// ``ScalarKind/float64``.
    public static var scalarKind: ScalarKind { .float64 }
}

extension ScalarKind {
    /// HDF5's predefined type for this number in memory; never closed.
    var nativeType: hid_t {
        switch self {
        case .uint8: chdf5_native_uint8()
        case .int32: chdf5_native_int32()
        case .int64: chdf5_native_int64()
        case .float32: chdf5_native_float()
        case .float64: chdf5_native_double()
        }
    }
}
