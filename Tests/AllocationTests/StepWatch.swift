import AllocationCounter
import Collectives

/// The only rank of a training, who notes what this thread allocates between two steps.
///
/// A step of training asks once for leave to go on. From one time to the next it goes through all there is to a step:
/// the optimiser, the next batch, forward and backward. What is asked of all ranks at other moments, at the end of an
/// epoch say, comes between no two steps.
final class StepWatch: Communicator, @unchecked Sendable {
    // Unchecked: a training has one thread that communicates.

    private let solo = SoloCommunicator()
    private var before: UInt?

    /// Allocations between two steps of an epoch, one number for each pair of neighbours.
    private(set) var allocations: [UInt] = []

    init() { allocations.reserveCapacity(10_000) }

    private func note(_ purpose: StaticString) {
        let now = allocations_of_this_thread()
        if purpose == "loss and leave to go on" {
            if let before { allocations.append(now - before) }
            before = now
        } else if !(purpose == "gradients" || purpose == "parameters" || purpose == "batch-norm moments") {
            before = nil
        }
    }

    var rank: Int { 0 }
    var size: Int { 1 }

    func sum<T: Reducible>(_ buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString) {
        note(purpose)
    }

    func reduceScatter<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString
    ) -> Range<Int> {
        note(purpose)
        return solo.reduceScatter(buffer, count: count, purpose: purpose)
    }

    func allGather<T: Reducible>(
        partsOf buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString
    ) {
        note(purpose)
    }

    func maximum<T: Reducible>(_ buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString) {
        note(purpose)
    }

    func broadcast(_ bytes: UnsafeMutableRawBufferPointer, root: Int, purpose: StaticString) {
        note(purpose)
    }

    func gather(
        _ bytes: UnsafeRawBufferPointer, into received: UnsafeMutableRawBufferPointer, root: Int,
        purpose: StaticString
    ) {
        note(purpose)
        solo.gather(bytes, into: received, root: root, purpose: purpose)
    }

    func allGather(_ bytes: [UInt8], purpose: StaticString) -> [[UInt8]] {
        note(purpose)
        return solo.allGather(bytes, purpose: purpose)
    }

    func barrier(purpose: StaticString) { note(purpose) }

    func rest(purpose: StaticString) { note(purpose) }

    func split(group: Int?, purpose: StaticString) -> (any Communicator)? {
        solo.split(group: group, purpose: purpose)
    }

    func finalize() {}

    func abort(code: Int32) -> Never { solo.abort(code: code) }
}

/// Compares without making a `String`, which may allocate.
private func == (first: StaticString, second: StaticString) -> Bool {
    first.withUTF8Buffer { first in second.withUTF8Buffer { first.elementsEqual($0) } }
}
