public final class Storage<R> {
    public let pointer: UnsafeMutablePointer<R>
    public let count: Int
    public init(count: Int) { pointer = .allocate(capacity: count); self.count = count }
    public func zero() {}
}
public func digest(_ p: UnsafeRawPointer, byteCount: Int) -> UInt64 { 0 }
extension Double { }
