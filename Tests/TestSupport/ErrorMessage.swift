/// The description of the error that `body` throws, or a sentence that says there was none.
public func message(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error was thrown"
    } catch {
        return "\(error)"
    }
}
