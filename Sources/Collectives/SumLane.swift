import CMPI

/// The messages of a sum that is on its way.
final class SumLane: @unchecked Sendable {
    // Unchecked: it belongs to a communicator, which one thread uses at a time.

    /// Which of the communicator's it is.
    let index: Int
    /// What the other's numbers are received in.
    let received = ReceiveRoom()
    /// The message to the other.
    var sent = cmpi_request_null()
    /// The message from the other.
    var incoming = cmpi_request_null()

    init(index: Int) { self.index = index }
}
