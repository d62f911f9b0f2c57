import Kernels
import Layers

/// Where the activations of the leaves' decoders lie: those that run side by side each have their own rooms, those that
/// run one after another the same.
final class DecoderRooms<R: Real> {
    /// Decoders that run side by side: as many as together hold the activations of 128 samples, which the second-level
    /// cache has room for, and at least one for each lane of the exchange. More would cost more in memory traffic than
    /// fewer exchanges save.
    let sideBySide: Int
    private let rooms: [SharedRooms<R>]
    private var turn = 0

    /// - Parameters:
    ///   - columns: the most samples that this rank will hold in one batch.
    ///   - lanes: of the exchange of batch-norm moments.
    init(columns: Int, lanes: Int) {
        sideBySide = max(lanes, 128 / columns)
        rooms = (0..<sideBySide).map { _ in SharedRooms() }
    }

    /// The rooms of the next decoder.
    func next() -> SharedRooms<R> {
        defer { turn += 1 }
        return rooms[turn % sideBySide]
    }
}
