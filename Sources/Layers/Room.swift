import Kernels

/// Memory for values or gradients, `[rows, capacity]`, that several activations may take in turn.
///
/// It grows while a model is built, and is not touched before the first pass.
public final class Room<R: Real> {
    private let capacity: Int
    private var storage = Storage<R>(count: 0)
    /// The first value; valid once the model is built.
    private(set) var pointer: UnsafeMutablePointer<R>
    /// The most rows that were asked for.
    private(set) var rows = 0
    /// Whose values lie in it, where several activations take turns and say so.
    var holder: ObjectIdentifier?

    /// Room for batches of `pass`, of no rows yet.
    init(pass: Pass<R>) {
        capacity = pass.capacity
        pointer = storage.pointer
    }

    /// Makes sure of at least `rows` rows.
    func reserve(rows wanted: Int, pass: Pass<R>) {
        guard wanted > rows else { return }
        pass.count(values: wanted - rows)
        rows = wanted
        storage = Storage(count: rows * capacity)
        pointer = storage.pointer
    }
}

/// The rooms of networks that run one after another and leave nothing behind: the activations of each lie where those of
/// the last one lay, and find this memory in the cache.
public final class SharedRooms<R: Real> {
    private var rooms: [Room<R>] = []
    private var taken = 0
    private var passing: Room<R>?

    /// No rooms yet: the first network makes them.
    public init() {}

    /// Begins with the next network.
    func restart() { taken = 0 }

    /// Where the passing activations of all networks lie.
    func passingValues(_ pass: Pass<R>) -> Room<R> {
        if let passing { return passing }
        let room = Room(pass: pass)
        passing = room
        return room
    }

    /// The room that each network's next activation shares.
    func next(_ pass: Pass<R>) -> Room<R> {
        if taken == rooms.count { rooms.append(Room(pass: pass)) }
        defer { taken += 1 }
        return rooms[taken]
    }
}
