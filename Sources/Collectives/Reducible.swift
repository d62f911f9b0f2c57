/// A number that ranks can add up or compare.
///
/// Conformances are closed: each one names its counterpart in the native library.
public protocol Reducible: BitwiseCopyable, Sendable, Comparable, AdditiveArithmetic {
    /// Which of the numbers this is.
    static var element: ReducibleElement { get }
    /// Adds `others[0 ..< count]` to `values`; an integer that overflows wraps around, as in the native libraries.
    static func add(
        _ others: UnsafePointer<Self>, to values: UnsafeMutablePointer<Self>, count: Int)
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
    /// Rounded sums.
    public static func add(
        _ others: UnsafePointer<Self>, to values: UnsafeMutablePointer<Self>, count: Int
    ) {
        for index in 0..<count { values[index] += others[index] }
    }
}

extension Reducible where Self: FixedWidthInteger {
    /// Sums modulo 2 to the power of the width.
    public static func add(
        _ others: UnsafePointer<Self>, to values: UnsafeMutablePointer<Self>, count: Int
    ) {
        for index in 0..<count { values[index] &+= others[index] }
    }
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
