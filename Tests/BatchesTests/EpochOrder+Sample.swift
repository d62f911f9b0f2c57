@testable import Batches

extension EpochOrder {
    /// The sample at a place of the order.
    func sample(_ place: Int) -> Int32 { selection[Int(positions[place])] }
}
