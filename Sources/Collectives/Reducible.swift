/// A number that ranks can add up or compare.
///
/// Conformances are closed: each one names its counterpart in the native library.
public protocol Reducible: BitwiseCopyable, Sendable, Comparable, AdditiveArithmetic {
    /// Which of the numbers this is.
    static var element: ReducibleElement { get }
    /// The sum, wrapping around where an integer overflows, as the native libraries do.
    static func reducedSum(_ first: Self, _ second: Self) -> Self
}

/// The numbers that can be reduced.
public enum ReducibleElement: String, Sendable {
    /// `Float`.
    case float
    /// `Double`.
    case double
    /// `Int32`.
    case int32
    /// `Int64`.
    case int64
    /// `UInt64`.
    case uint64
}

extension Reducible where Self: FloatingPoint {
    /// The rounded sum.
    public static func reducedSum(_ first: Self, _ second: Self) -> Self { first + second }
}

extension Reducible where Self: FixedWidthInteger {
    /// The sum modulo 2 to the power of the width.
    public static func reducedSum(_ first: Self, _ second: Self) -> Self { first &+ second }
}

extension Float: Reducible {
    /// `float`.
    public static var element: ReducibleElement { .float }
}

extension Double: Reducible {
    /// `double`.
    public static var element: ReducibleElement { .double }
}

extension Int32: Reducible {
    /// `int32`.
    public static var element: ReducibleElement { .int32 }
}

extension Int64: Reducible {
    /// `int64`.
    public static var element: ReducibleElement { .int64 }
}

extension UInt64: Reducible {
    /// `uint64`.
    public static var element: ReducibleElement { .uint64 }
}
